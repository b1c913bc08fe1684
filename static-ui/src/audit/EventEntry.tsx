import { useEffect, useState } from 'preact/hooks';
import { get } from '../base/api';
import { Fact, Time } from '../base/facts';
import { formatNumber, t } from '../base/i18n';
import { Link } from '../base/router';
import type { Organization } from '../session/membership';
import { type AuditEvent, eventInWords, results } from './event';

/** `linked`: among the events of the whole installation, each says which organisation it is about. */
export function EventEntry({ event, linked }: { event: AuditEvent; linked: boolean }) {
  const [open, setOpen] = useState(false);
  const result = results[event.result];
  return (
    <article class="event" data-testid="event" data-action={event.action}>
      <p class="subtle number">
        <Time iso={event.at} />
      </p>
      <p>
        <span class="ds-tag" data-color={result?.color ?? 'neutral'}>
          {result ? t(result.word) : event.result}
        </span>
      </p>
      <p class="event__sentence break">{eventInWords(event)}</p>
      <details class="ds-details fingerprint" onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
        <summary>
          {t('audit.details')} <span class="ds-sr-only">{t('audit.number', { number: formatNumber(event.number) })}</span>
        </summary>
        {open && <Details event={event} linked={linked} />}
      </details>
    </article>
  );
}

function Details({ event, linked }: { event: AuditEvent; linked: boolean }) {
  return (
    <dl class="facts">
      {event.details && <Fact name={t('audit.what')}>{inWords(event.details)}</Fact>}
      {linked && event.organizationId && (
        <Fact name={t('organization.title')}>
          <OrganizationName id={event.organizationId} />
        </Fact>
      )}
      <Fact name={t('audit.action')}>
        <code>{event.action}</code>
      </Fact>
      <Fact name={t('audit.address')}>{event.address ?? t('sessions.noAddress')}</Fact>
      {event.requestId && (
        <Fact name={t('audit.requestId')}>
          <code class="break">{event.requestId}</code>
        </Fact>
      )}
      <Fact name={t('audit.place')}>
        <span class="break number">
          {event.chain} · {event.number}
        </span>
      </Fact>
    </dl>
  );
}

/** The events know the organisation's id only: its name is asked for when somebody wants to see it. */
function OrganizationName({ id }: { id: string }) {
  const [title, setTitle] = useState('');
  useEffect(() => {
    get<Organization>(`/organizations/${id}`).then(
      (organization) => setTitle(organization.title),
      () => {},
    );
  }, [id]);
  return (
    <Link class="ds-link" to={`/organizations/${id}/members`}>
      {title === '' ? id : title}
    </Link>
  );
}

function inWords(details: string | Record<string, unknown>): string {
  return typeof details === 'string'
    ? details
    : Object.entries(details)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('; ');
}
