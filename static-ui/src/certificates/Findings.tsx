import { useRef } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { type Key, t } from '../base/i18n';
import type { Finding, Severity } from './certificate';

export const severities: Record<Severity, { word: Key; title: Key; color: string }> = {
  refuse: { word: 'finding.refuse', title: 'finding.refuseTitle', color: 'danger' },
  warn: { word: 'finding.warn', title: 'finding.warnTitle', color: 'warning' },
  info: { word: 'finding.info', title: 'finding.infoTitle', color: 'info' },
};

/** What was found in a file, the gravest first. */
export function Findings({ findings }: { findings: Finding[] }) {
  return (
    <section class="stack" aria-labelledby="findings-title">
      <h3 class="ds-heading" data-size="xs" id="findings-title">
        {t('finding.title')}
      </h3>
      {(Object.keys(severities) as Severity[]).map((severity) => {
        const { title, color } = severities[severity];
        const found = findings.filter((finding) => finding.severity === severity);
        return (
          found.length > 0 && (
            <section key={severity} class="ds-alert" data-color={color} aria-labelledby={`finding-${severity}`} data-testid={`finding-${severity}`}>
              <h4 class="ds-heading" data-size="2xs" id={`finding-${severity}`}>
                {t(title)}
              </h4>
              <ul class="findings" role="list">
                {found.map((finding, index) => (
                  <li key={index}>
                    <One finding={finding} />
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </section>
  );
}

function One({ finding: { code, message, fix } }: { finding: Finding }) {
  const command = useRef<HTMLElement>(null);
  return (
    <>
      <p>
        {message} <span class="finding__code">({code})</span>
      </p>
      {fix !== null && (
        <div class="fix">
          <p>{t('finding.fix')}</p>
          <pre class="fix__command">
            <code ref={command}>{fix}</code>
          </pre>
          <CopyButton shown={command} label={t('finding.copy')}>
            {code}
          </CopyButton>
        </div>
      )}
    </>
  );
}
