import type { ExchangeReading, Outcome, Reading } from '../../vocabulary/recording.js';
import { type CallName, numberCalls } from './number-calls.js';
import type { OpenedCall } from './open-recording.js';
import { NAME_LENGTH, storableOrNull, storableText, TEXT_LENGTH } from './storable-text.js';

/** Response texts of one file that are stored, in UTF-16 units: compressed bodies may expand to far more. */
const MOST_TEXT = 16 * 1024 * 1024;

/** The calls of a cassette as they are stored. */
export function readCalls(calls: readonly OpenedCall[]): ExchangeReading[] {
  const names = numberCalls(calls.map(({ call }) => call));
  let remaining = MOST_TEXT;
  const textOf = (text: string | null) => {
    const kept = storableOrNull(text, Math.min(TEXT_LENGTH, remaining));
    remaining -= kept?.length ?? 0;
    return kept;
  };
  return calls.map(({ call, answer }, position) => ({
    ...(names[position] as CallName),
    method: storableText(call.method, NAME_LENGTH),
    url: storableText(call.url, NAME_LENGTH),
    model: storableOrNull(call.model, NAME_LENGTH),
    endpoint: storableOrNull(call.endpoint, NAME_LENGTH),
    isStreaming: answer.isStreaming,
    status: httpStatus(answer.status),
    outcome: answer.outcome,
    responseText: textOf(answer.text),
  }));
}

/** Files may hold any number here, and the database only whole ones of 32 bits. */
function httpStatus(status: number | null): number | null {
  return status !== null && Number.isInteger(status) && status >= 0 && status <= 999 ? status : null;
}

/** What the calls of a file say of the file as a whole; see `Reading.exchanges`. */
export function summariseCalls(
  calls: readonly OpenedCall[],
): Pick<Reading, 'testId' | 'model' | 'endpoint' | 'isStreaming' | 'outcome' | 'responseText'> {
  const texts = calls.flatMap(({ answer }) => answer.text ?? []);
  return {
    testId: storableOrNull(common(calls.map(({ call }) => call.testId)), NAME_LENGTH),
    model: storableOrNull(common(calls.flatMap(({ call }) => call.model ?? [])), NAME_LENGTH),
    endpoint: storableOrNull(common(calls.map(({ call }) => call.endpoint)), NAME_LENGTH),
    isStreaming: common(calls.map(({ answer }) => answer.isStreaming)),
    outcome: outcomeOf(calls),
    responseText: texts.length === 0 ? null : storableText(texts.join('\n\n'), TEXT_LENGTH),
  };
}

function outcomeOf(calls: readonly OpenedCall[]): Outcome | null {
  if (calls.length === 0) return null;
  return calls.some(({ answer }) => answer.outcome === 'ERROR') ? 'ERROR' : 'SUCCESS';
}

/** The value of all; null when two differ. */
function common<Value>(values: readonly Value[]): Value | null {
  const [first, ...more] = values;
  return first !== undefined && more.every((value) => value === first) ? first : null;
}
