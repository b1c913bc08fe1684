/** What the portal says is missing in a result. */
export function Warnings({ sentences }: { sentences: string[] }) {
  if (sentences.length === 0) {
    return null;
  }
  return (
    <div class="ds-alert" data-color="warning" data-testid="warnings">
      <div class="stack">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </div>
  );
}
