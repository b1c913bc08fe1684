import { formatNumber, plural, t } from '../base/i18n';
import { Drawing } from '../base/tag';
import { Choice } from './Choice';
import { type Counts, looks, type Result, results, totalOf } from './result';

interface ResultFilterProps {
  counts: Counts;
  chosen: Result | '';
  onChoose: (result: Result | '') => void;
}

/** How many registrations of the period have each result, what that means and what to do; a result that is chosen shows only its own. */
export function ResultFilter({ counts, chosen, onChoose }: ResultFilterProps) {
  return (
    <div class="stack results" role="group" aria-label={t('nippin.filter')}>
      <Choice chosen={chosen === ''} onChoose={() => onChoose('')}>
        {plural(totalOf(counts), { one: 'nippin.allResults_one', other: 'nippin.allResults_other' })}
      </Choice>
      <ul class="results__list" role="list">
        {results.map((result) => {
          const { word, color, drawing, meaning, todo } = looks[result];
          return (
            <li key={result} class="results__one" data-color={color} data-chosen={chosen === result}>
              <Choice chosen={chosen === result} onChoose={() => onChoose(chosen === result ? '' : result)}>
                <Drawing of={drawing} /> {t(word)} <span class="number">{formatNumber(counts[result])}</span>
              </Choice>
              <p>{t(meaning)}</p>
              <p class="results__todo">{t(todo)}</p>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
