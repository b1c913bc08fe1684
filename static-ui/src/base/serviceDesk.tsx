/** The service desk is set as an e-mail address or a web address; anything else is shown as it is. */
export function ServiceDesk({ address }: { address: string }) {
  if (/^https?:\/\//i.test(address)) {
    return (
      <a class="ds-link" href={address} rel="noreferrer">
        {address.replace(/^https?:\/\//i, '').replace(/\/$/, '')}
      </a>
    );
  }
  if (/^[^\s@:/?]+@[^\s@:/?]+$/.test(address)) {
    return (
      <a class="ds-link" href={`mailto:${address}`}>
        {address}
      </a>
    );
  }
  return <span>{address}</span>;
}
