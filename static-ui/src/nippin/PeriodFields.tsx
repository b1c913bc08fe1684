import { TextField } from '../base/fields';
import type { Errors } from '../base/form';
import { t } from '../base/i18n';
import { Choice } from './Choice';
import { isSamePeriod, type Period, presets } from './period';

interface PeriodFieldsProps {
  period: Period;
  onType: (part: Partial<Period>) => void;
  onChoose: (period: Period) => void;
  errors: Errors;
}

/** From which day to which, by the day of the implant. */
export function PeriodFields({ period, onType, onChoose, errors }: PeriodFieldsProps) {
  return (
    <fieldset class="ds-fieldset period">
      <legend class="ds-label">{t('nippin.period')}</legend>
      <p data-field="description">{t('nippin.periodHint')}</p>
      <div class="period__days">
        <TextField type="date" id="start" label={t('nippin.start')} value={period.start} onChange={(start) => onType({ start })} errors={errors} />
        <TextField type="date" id="end" label={t('nippin.end')} value={period.end} onChange={(end) => onType({ end })} errors={errors} />
      </div>
      <div class="choices" role="group" aria-label={t('nippin.presets')}>
        {presets().map((preset) => (
          <Choice key={preset.word} chosen={isSamePeriod(period, preset.period)} onChoose={() => onChoose(preset.period)}>
            {t(preset.word)}
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}
