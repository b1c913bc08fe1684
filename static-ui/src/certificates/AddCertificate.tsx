import { useState } from 'preact/hooks';
import { asProblem, Problem } from '../base/api';
import { PasswordField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { formatBytes, t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { go, Link } from '../base/router';
import type { Organization } from '../session/membership';
import { addCertificate, historyPath, logPath } from './certificate';
import { FileField } from './FileField';

const maxBytes = 256 * 1024;
// eHealth calls the files of its acceptance environment .acc-p12.
const endings = '.p12,.pfx,.acc-p12,application/x-pkcs12';

export function AddCertificate({ organization }: { organization: Organization }) {
  const [file, setFile] = useState<File>();
  const [password, setPassword] = useState('');
  const stillHere = useStillHere();

  const check = (): Errors => {
    if (!file) {
      return { file: [t('addCertificate.fileMissing')] };
    }
    if (file.size > maxBytes) {
      return { file: [t('addCertificate.fileTooLarge', { size: formatBytes(file.size), most: maxBytes / 1024 })] };
    }
    return file.size === 0 ? { file: [t('addCertificate.fileEmpty')] } : {};
  };

  const form = useForm(check, async () => {
    const content = await contentOf(file!);
    const secret = password;
    // It is sent once and known here no longer.
    setPassword('');
    try {
      const { id } = await addCertificate(organization.id, file!.name, content, secret);
      if (stillHere()) {
        go(logPath(organization.id, id), { notice: t('addCertificate.added') });
      }
    } catch (thrown) {
      const problem = asProblem(thrown);
      throw problem.code === 'file_too_large' ? wrongFile(problem.sentence) : problem;
    }
  });

  return (
    <div class="step">
      <p>{t('addCertificate.lead')}</p>
      <ErrorSummary form={form} fields={['file', 'password']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <FileField
          id="file"
          label={t('addCertificate.file')}
          hint={t('addCertificate.fileHint', { most: maxBytes / 1024 })}
          accept={endings}
          file={file}
          onChoose={setFile}
          errors={form.errors}
        />
        <PasswordField
          id="password"
          label={t('addCertificate.password')}
          hint={t('addCertificate.passwordHint')}
          autocomplete="new-password"
          value={password}
          onChange={setPassword}
          errors={form.errors}
        />
        <div class="actions">
          <SubmitButton busy={form.busy}>{t('addCertificate.submit', { organization: organization.title })}</SubmitButton>
          <Link class="ds-button" data-variant="secondary" to={historyPath(organization.id)}>
            {t('form.cancel')}
          </Link>
        </div>
      </form>
      <section class="stack" aria-labelledby="next-title">
        <h3 class="ds-heading" data-size="2xs" id="next-title">
          {t('addCertificate.nextTitle')}
        </h3>
        <ul class="ds-list">
          <li>{t('addCertificate.nextCheck')}</li>
          <li>{t('addCertificate.nextActive')}</li>
          <li>{t('addCertificate.nextSecret')}</li>
        </ul>
      </section>
    </div>
  );
}

/** A file that was changed or moved since it was chosen would look like a broken connection. */
async function contentOf(file: File): Promise<Blob> {
  try {
    return new Blob([await file.arrayBuffer()], { type: 'application/x-pkcs12' });
  } catch {
    throw wrongFile(t('addCertificate.fileGone'));
  }
}

const wrongFile = (sentence: string) => new Problem(0, 'wrong_file', sentence, { file: [sentence] });
