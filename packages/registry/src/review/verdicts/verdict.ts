import { digestOf } from '@fixture-registry/protocol';
import { NAME_LENGTH, storableOrNull, storableText } from '../../recordings/reading/storable-text.js';
import type { FailureKind } from '../../vocabulary/failure.js';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import { shorten } from '../../vocabulary/words.js';
import type { AcceptanceView } from '../acceptance/acceptance.js';
import type { Drift, DriftChange } from '../differences/drift.js';
import { markOf, type ReportMark } from '../report/causes/mark.js';
import { headline } from '../report/headline/headline.js';

/** Maximum number of stored changes of a verdict. */
const MOST_CHANGES = 2_000;
/** Maximum lengths of stored texts, in UTF-16 units. */
const HEADLINE = 1_000;
const WORDS = 300;

/** A change that a test may notice, as it is stored. */
export interface VerdictChange {
  path: string;
  testId: string | null;
  /** Of a cassette with several models: that of the exchange with the highest level. */
  model: string | null;
  level: DriftLevel | null;
  failure: FailureKind | null;
  /** What changed, with names and values in backticks. */
  words: string;
}

/** The outcome of a report, as it is stored. */
export interface Verdict {
  headline: string;
  mark: ReportMark;
  level: DriftLevel | null;
  unacceptedLevel: DriftLevel | null;
  behaviour: number;
  content: number;
  errors: number;
  unplayable: number;
  added: number;
  removed: number;
  /** At most 2,000, most important first. */
  changes: VerdictChange[];
  /** Equal for equal verdicts. */
  digest: string;
}

/** The verdict of a report, with the acceptances of its changes. */
export function verdictOf(drift: Drift, acceptance: Pick<AcceptanceView, 'of' | 'unacceptedLevel'>): Verdict {
  const { behaviour, content, errors, unplayable, added, removed } = drift.summary;
  const verdict = {
    headline: storableText(headline(drift), HEADLINE),
    mark: markOf(drift, (change) => acceptance.of(change) !== null),
    level: drift.level,
    unacceptedLevel: acceptance.unacceptedLevel,
    ...{ behaviour, content, errors, unplayable, added, removed },
    changes: drift.changes.filter(isNoticeable).slice(0, MOST_CHANGES).map(changeOf),
  };
  return { ...verdict, digest: digestOf(Buffer.from(JSON.stringify(verdict))) };
}

function isNoticeable({ level, failure }: DriftChange): boolean {
  return rank(level) >= rank('CONTENT') || failure !== null;
}

function changeOf(change: DriftChange): VerdictChange {
  const { path, testId, level, failure, words } = change;
  return {
    path,
    testId: storableOrNull(testId, NAME_LENGTH),
    model: storableOrNull(modelOf(change), NAME_LENGTH),
    level,
    failure: failure?.kind ?? null,
    words: storableText(shorten(words, WORDS), WORDS),
  };
}

/** The model of a change; of a cassette with several models, that of its first exchange that differs. */
function modelOf({ model, exchanges }: DriftChange): string | null {
  const named = exchanges.map(({ before, after }) => after?.model ?? before?.model ?? null);
  return model ?? named.find((each) => each !== null) ?? null;
}
