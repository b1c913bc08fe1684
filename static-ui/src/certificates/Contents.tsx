import { useRef } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { Fact, Time } from '../base/facts';
import { formatList, plural, t } from '../base/i18n';
import type { Contents as OneCertificate, Details } from './certificate';
import { Chain } from './Chain';
import { daysInWords, daysUntil } from './state';

/** What stands in the two certificates of a file, and who vouches for them. */
export function Contents({ details }: { details: Details }) {
  const { authentication, encryption, otherKeys } = details;
  return (
    <section class="stack" aria-labelledby="contents-title">
      <h3 class="ds-heading" data-size="xs" id="contents-title">
        {t('contents.title')}
      </h3>
      <div class="contents">
        <One id="authentication" title={t('contents.authentication')} contents={authentication} />
        <One id="encryption" title={t('contents.encryption')} contents={encryption} />
      </div>
      {otherKeys > 0 && <p>{plural(otherKeys, { one: 'contents.otherKeys_one', other: 'contents.otherKeys_other' })}</p>}
      <Chain details={details} />
    </section>
  );
}

function One({ id, title, contents }: { id: string; title: string; contents: OneCertificate | null }) {
  return (
    <section class="ds-card export" aria-labelledby={id}>
      <h4 class="ds-heading" data-size="2xs" id={id}>
        {title}
      </h4>
      {contents === null ? <p class="subtle">{t('contents.missing')}</p> : <Facts title={title} contents={contents} />}
    </section>
  );
}

function Facts({ title, contents }: { title: string; contents: OneCertificate }) {
  const fingerprint = useRef<HTMLElement>(null);
  const { subject, issuer, serialNumber, sha256, notBefore, notAfter, signatureAlgorithm, usages, alias } = contents;
  return (
    <>
      <dl class="facts">
        <Fact name={t('contents.subject')}>
          <span class="break">{subject}</span>
        </Fact>
        <Fact name={t('contents.issuer')}>
          <span class="break">{issuer}</span>
        </Fact>
        {alias !== null && (
          <Fact name={t('contents.alias')}>
            <span class="break">{alias}</span>
          </Fact>
        )}
        <Fact name={t('contents.serialNumber')}>
          <span class="break number">{serialNumber}</span>
        </Fact>
        <Fact name={t('contents.validFrom')}>
          <span class="number">
            <Time iso={notBefore} />
          </span>
        </Fact>
        <Fact name={t('contents.validUntil')}>
          <span class="number">
            <Time iso={notAfter} />
          </span>
          <span class="subtle">{daysInWords(daysUntil(notAfter))}</span>
        </Fact>
        <Fact name={t('contents.key')}>{keyInWords(contents)}</Fact>
        <Fact name={t('contents.signature')}>{signatureAlgorithm}</Fact>
        <Fact name={t('contents.usages')}>{usages.length > 0 ? formatList(usages) : t('contents.anyUsage')}</Fact>
        <Fact name={t('contents.sha256')}>
          <code class="hex" ref={fingerprint}>
            {sha256.match(/.{1,4}/g)?.map((group, index) => <span key={index}>{group}</span>)}
          </code>
        </Fact>
      </dl>
      <p>
        <CopyButton shown={fingerprint} label={t('contents.copy')}>
          {title}
        </CopyButton>
      </p>
    </>
  );
}

function keyInWords({ keyAlgorithm, keySize, keyCurve }: OneCertificate): string {
  const size = keySize === null ? keyAlgorithm : t('contents.keySize', { algorithm: keyAlgorithm, size: String(keySize) });
  return keyCurve === null ? size : `${size} (${keyCurve})`;
}
