import type { Key } from '../base/i18n';
import { drawings, type Look, Tag } from '../base/tag';

export type Result = 'valid' | 'invalid' | 'not_found' | 'not_sent';

export type Counts = Record<Result, number>;

export const results: Result[] = ['valid', 'invalid', 'not_found', 'not_sent'];

/** How each result is shown, what it means and what is to be done about it. */
export const looks: Record<Result, Look & { meaning: Key; todo: Key }> = {
  valid: { word: 'nippin.valid', color: 'success', drawing: drawings.tick, meaning: 'nippin.validMeaning', todo: 'nippin.validTodo' },
  invalid: { word: 'nippin.invalid', color: 'danger', drawing: drawings.cross, meaning: 'nippin.invalidMeaning', todo: 'nippin.invalidTodo' },
  not_found: { word: 'nippin.notFound', color: 'danger', drawing: drawings.question, meaning: 'nippin.notFoundMeaning', todo: 'nippin.notFoundTodo' },
  not_sent: { word: 'nippin.notSent', color: 'warning', drawing: drawings.stopped, meaning: 'nippin.notSentMeaning', todo: 'nippin.notSentTodo' },
};

export const isResult = (word: string): word is Result => (results as string[]).includes(word);

export const totalOf = (counts: Counts) => results.reduce((sum, result) => sum + counts[result], 0);

export const openOf = (counts: Counts) => totalOf(counts) - counts.valid;

export const ResultTag = ({ result }: { result: Result }) => <Tag look={looks[result]} />;
