import { t } from '../base/i18n';
import type { Contents, Details } from './certificate';

/** Who vouches for whom: each certificate beneath the one it was issued by. */
export function Chain({ details }: { details: Details }) {
  const { authentication, encryption, chain } = details;
  const all = [...chain, authentication, encryption].filter((one) => one !== null);
  const shown = new Set<Contents>();
  const roots = all.filter((one) => issuerOf(one, details) === undefined);

  const tree = (certificates: Contents[]) => {
    // Two authorities that vouch for each other would go round in circles.
    const fresh = certificates.filter((one) => !shown.has(one));
    fresh.forEach((one) => shown.add(one));
    return (
      fresh.length > 0 && (
        <ul class="chain__level" role="list">
          {fresh.map((one) => (
            <li key={one.sha256} class="break">
              {nameOf(one.subject)}
              <span class="subtle cell-note">{roleOf(one, details)}</span>
              {tree(all.filter((other) => issuerOf(other, details) === one))}
            </li>
          ))}
        </ul>
      )
    );
  };
  const first = tree(roots);
  const rest = tree(all);

  return (
    <section class="ds-card export chain" aria-labelledby="chain-title">
      <h4 class="ds-heading" data-size="2xs" id="chain-title">
        {t('chain.title')}
      </h4>
      {first}
      {rest}
    </section>
  );
}

/** The encryption certificate of eHealth bears the same name as that of authentication, which issues it. */
function issuerOf(one: Contents, { authentication, encryption, chain }: Details): Contents | undefined {
  const candidates = one === encryption && authentication !== null ? [authentication, ...chain] : chain;
  return candidates.find((other) => other !== one && other.subject === one.issuer && (one === encryption || one.subject !== one.issuer));
}

function roleOf(one: Contents, details: Details): string {
  if (one === details.authentication) {
    return t('contents.authentication');
  }
  if (one === details.encryption) {
    return t('contents.encryption');
  }
  if (one.subject === one.issuer) {
    return t('chain.root');
  }
  // Who stands at the top and was issued by somebody else: that one is not in the file.
  return issuerOf(one, details) === undefined ? t('chain.issuedBy', { issuer: nameOf(one.issuer) }) : t('chain.authority');
}

// CN= up to the next comma that is not part of the name.
const nameOf = (subject: string) => {
  const name = /(?:^|,\s*)CN=("[^"]*"|(?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return name === undefined ? subject : name.replace(/^"|"$/g, '').replace(/\\+(.)/g, '$1');
};
