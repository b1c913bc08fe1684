import { useEffect, useState } from 'preact/hooks';

const spoken = 'ssp-announce';

/** Says a sentence to people who listen to the page, without moving the focus. */
export function announce(sentence: string) {
  dispatchEvent(new CustomEvent(spoken, { detail: sentence }));
}

export function Announcer() {
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    let clearing = 0;
    const say = (event: Event) => {
      clearTimeout(clearing);
      setSentence((event as CustomEvent<string>).detail);
      // Emptied again, so that the same sentence is spoken when it comes a second time.
      clearing = window.setTimeout(() => setSentence(''), 8000);
    };
    addEventListener(spoken, say);
    return () => removeEventListener(spoken, say);
  }, []);
  return (
    <p class="ds-sr-only" role="status" data-testid="announcer">
      {sentence}
    </p>
  );
}
