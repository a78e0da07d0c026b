import type { Exchange } from '../../vocabulary/recording.js';
import { sameArguments } from '../answers/equal-arguments.js';
import { type QuotableCall, type QuotableValues, quotableValues } from './quotable-values.js';
import { type QuotedValues, quotedValues } from './quoted-values.js';

/** What links a recording to the others of its test. */
export interface Link {
  quoted: QuotedValues;
  quotable: QuotableValues;
}

/** Another recording that the test has at the head. */
export interface LinkedRecording extends Link {
  path: string;
  /** Whether a recorder finds it: nobody misses one that is not found anyway. */
  isPlayable: boolean;
}

export function linkOf({ request, answer }: Exchange): Link {
  return { quoted: quotedValues(request), quotable: quotableValues(answer) };
}

/**
 * Finds the recordings that a changed one leaves behind. A test sends back what it received: call ids,
 * arguments, signatures, the text. When the response changes, a recorded request that quotes the old one is
 * never made again, and the recorder does not find the recording of the request that is made instead.
 *
 * Nothing is broken when another recording of the test quotes the new response, because then the follow-up was
 * recorded again, or when another one still returns the quoted value.
 *
 * @returns paths in the order of `others`
 */
export function findBrokenFollowUps(before: Link, after: Link, others: LinkedRecording[]): string[] {
  const isQuoting = (values: QuotableValues, gone: QuotableValues) => {
    const replaced = without(values, gone);
    return (other: LinkedRecording) => quotes(other.quoted, replaced, before.quoted.lastText);
  };
  const quoting = others.filter(isQuoting(before.quotable, after.quotable));
  if (quoting.length === 0 || others.some(isQuoting(after.quotable, before.quotable))) return [];
  const broken = quoting.filter((follower) => {
    const elsewhere = others.filter((other) => other !== follower).map((other) => other.quotable);
    const replaced = elsewhere.reduce(without, without(before.quotable, after.quotable));
    return follower.isPlayable && quotes(follower.quoted, replaced, before.quoted.lastText);
  });
  return broken.map(({ path }) => path);
}

/** The values of one response that another does not have. */
function without(values: QuotableValues, gone: QuotableValues): QuotableValues {
  return {
    ids: new Set([...values.ids].filter((id) => !gone.ids.has(id))),
    calls: values.calls.filter((call) => !gone.calls.some((other) => isWrittenAlike(call, other))),
    texts: new Set([...values.texts].filter((text) => !gone.texts.has(text))),
  };
}

/**
 * Whether a request repeats one of the values. An id is proof by itself. A text or arguments may be equal by
 * chance, so they count only where the request also continues the conversation.
 */
function quotes(request: QuotedValues, values: QuotableValues, lastText: string | null): boolean {
  if ([...values.ids].some((id) => request.strings.has(id))) return true;
  if (lastText === null || !request.strings.has(lastText)) return false;
  if ([...values.texts].some((text) => request.answers.has(text))) return true;
  return values.calls.some((call) => request.calls.some((quoted) => isWrittenAlike(call, quoted)));
}

/** White space counts, because a request quotes the text of the arguments. */
function isWrittenAlike(a: QuotableCall, b: QuotableCall): boolean {
  return a.name === b.name && a.text === b.text && sameArguments(a.arguments, b.arguments);
}
