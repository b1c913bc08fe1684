import { useState } from 'preact/hooks';
import { asProblem, patch } from '../base/api';
import { t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import type { Organization } from '../session/membership';
import { useSession } from '../session/session';
import { type OrganizationDraft, OrganizationForm } from './OrganizationForm';

interface EditOrganizationProps {
  organization: Organization;
  onChange: (organization: Organization) => void;
}

export function EditOrganization({ organization, onChange }: EditOrganizationProps) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const [saved, setSaved] = useState(0);
  const [clash, setClash] = useState<{ mine: OrganizationDraft; theirs: Organization }>();
  // The fields show this; a new one begins the form anew.
  const [start, setStart] = useState({ organization, turn: 0 });

  const save = async (draft: OrganizationDraft) => {
    setSaved(0);
    setClash(undefined);
    try {
      const changed = await patch<Organization>(`/organizations/${organization.id}`, draft, organization.etag);
      if (!stillHere()) {
        return;
      }
      onChange(changed);
      setStart((before) => ({ organization: changed, turn: before.turn + 1 }));
      setSaved((n) => n + 1);
      refresh().catch(() => {});
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code !== 'changed_meanwhile' || !problem.current) {
        throw thrown;
      }
      const theirs = problem.current as Organization;
      onChange(theirs);
      setClash({ mine: draft, theirs });
    }
  };

  const takeTheirs = () => {
    setStart((before) => ({ organization: clash!.theirs, turn: before.turn + 1 }));
    setClash(undefined);
  };

  return (
    <div class="step">
      {saved > 0 && (
        <Notice key={saved}>
          <p>{t('organizationForm.saved')}</p>
        </Notice>
      )}
      {clash && (
        <Notice color="warning">
          <div class="stack">
            <h3 class="ds-heading" data-size="2xs">
              {t('clash.title')}
            </h3>
            <p>{t('organizationForm.clash', { title: clash.theirs.title, nihdi: clash.theirs.nihdi })}</p>
            <p>{t('organizationForm.clashMine')}</p>
            <button type="button" class="ds-button" data-variant="secondary" onClick={takeTheirs}>
              {t('organizationForm.clashTake')}
            </button>
          </div>
        </Notice>
      )}
      <OrganizationForm
        key={start.turn}
        initial={start.organization}
        submit={t('form.save')}
        confirmShared={t('organizationForm.saveAnyway')}
        save={save}
      />
    </div>
  );
}
