import { useEffect, useRef } from 'preact/hooks';
import type { AccountState } from '../accounts/account';
import { StateOfAccount } from '../accounts/AccountState';
import { Fact, Time } from '../base/facts';
import { t } from '../base/i18n';
import type { Organization } from '../session/membership';

/** What the portal knows about an e-mail address. */
export interface Found {
  exists: boolean;
  member: boolean;
  /** Of somebody who belongs to the organisation already. */
  accountId?: string;
  isUserManager?: boolean;
  createdIn?: string | null;
  createdAt?: string | null;
  lastSignIn?: string | null;
  state?: AccountState | null;
}

interface WhoIsItProps {
  email: string;
  found: Found;
  organization: Organization;
}

/** Says who stands behind the address, so that an account somebody else has made under it is noticed. */
export function WhoIsIt({ email, found, organization }: WhoIsItProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="stack" aria-labelledby="who-title">
      <h3 class="ds-heading break" data-size="xs" id="who-title" tabIndex={-1} ref={heading}>
        {email}
      </h3>
      {!found.exists ? (
        <p>{t('members.unknown')}</p>
      ) : found.member ? (
        <p>{t('members.already', { organization: organization.title })}</p>
      ) : (
        <>
          <p>{t('members.known')}</p>
          <dl class="facts facts--row">
            <Fact name={t('account.createdIn')}>{found.createdIn || t('account.createdByPortal')}</Fact>
            {found.createdAt && (
              <Fact name={t('account.createdAt')}>
                <Time iso={found.createdAt} />
              </Fact>
            )}
            <Fact name={t('members.lastSignIn')}>{found.lastSignIn ? <Time iso={found.lastSignIn} /> : t('members.never')}</Fact>
            {found.state && (
              <Fact name={t('members.state')}>
                <StateOfAccount state={found.state} temporaryUntil={null} />
              </Fact>
            )}
            {found.isUserManager && <Fact name={t('members.roles')}>{t('role.userManager')}</Fact>}
          </dl>
          <p class="subtle">{t('members.knownCheck')}</p>
        </>
      )}
    </section>
  );
}
