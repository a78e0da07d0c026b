import type { Exchange } from '../../vocabulary/recording.js';
import { sameArguments } from '../answers/equal-arguments.js';
import { continues, parameterDistance } from './conversation.js';
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

/** What a recording quotes, and what others may quote of it. */
export function linkOf({ request, answer }: Exchange): Link {
  return { quoted: quotedValues(request), quotable: quotableValues(answer) };
}

/**
 * Finds the recordings that a changed one leaves behind. A test sends back what it received: call ids,
 * arguments, signatures, texts, results of tools. When the response changes, a recorded request that quotes
 * the old one is never made again, and the recorder does not find the recording of the request that is made
 * instead.
 *
 * Nothing is broken when another recording of the test quotes the new response in the same way, because then
 * the follow-up was recorded again, or when another one still returns the quoted value.
 *
 * @returns paths in the order of `others`
 */
export function findBrokenFollowUps(before: Link, after: Link, others: LinkedRecording[]): string[] {
  const replaced = without(before.quotable, after.quotable);
  const replacing = without(after.quotable, before.quotable);
  const recordedAgain = new Set(
    others.filter((other) => quotes(other, replacing, before)).map(({ quoted }) => isRun(quoted)),
  );
  const broken = others.filter((follower) => {
    if (!follower.isPlayable || recordedAgain.has(isRun(follower.quoted))) return false;
    if (!quotes(follower, replaced, before)) return false;
    const missing = others
      .filter((other) => other !== follower)
      .reduce<Replaced>((rest, other) => withoutReturned(rest, other, before, follower), replaced);
    return quotes(follower, missing, before);
  });
  return broken.map(({ path }) => path);
}

/**
 * The replaced values that another recording does not return to the test before it makes the follow-up. Equal
 * texts are frequent, so they count only where the follow-up continues the other recording too, and no less than
 * the changed one: a test that records with other options has a recording of each.
 */
function withoutReturned(values: Replaced, other: Link, before: Link, follower: Link): Replaced {
  const rest = without(values, other.quotable);
  const next = follower.quoted.conversation;
  const distance = ({ quoted }: Link) => parameterDistance(quoted.conversation, next);
  const isBefore = continues(other.quoted.conversation, next) && distance(other) <= distance(before);
  return isBefore ? rest : { ...rest, texts: values.texts, calls: values.calls };
}

/** Whether the request runs a tool. A call leads to two requests: one to the tool, and one to the model. */
function isRun({ run }: QuotedValues): boolean {
  return run !== null;
}

interface Replaced extends QuotableValues {
  /** Calls whose arguments have other values, not only other white space. */
  otherCalls: QuotableCall[];
}

/** The values of one response that another does not have. */
function without(values: QuotableValues | Replaced, gone: QuotableValues): Replaced {
  const absent = (from: Set<string>, other: Set<string>) =>
    new Set([...from].filter((item) => !other.has(item)));
  const absentCalls = (calls: QuotableCall[], isSame: typeof isSameCall) =>
    calls.filter((call) => !gone.calls.some((other) => isSame(call, other)));
  return {
    ids: absent(values.ids, gone.ids),
    calls: absentCalls(values.calls, isWrittenAlike),
    otherCalls: absentCalls('otherCalls' in values ? values.otherCalls : values.calls, isSameCall),
    texts: absent(values.texts, gone.texts),
    results: absent(values.results, gone.results),
  };
}

/**
 * Whether a recording's request repeats one of the values that a test received from an earlier one. An id is
 * proof by itself, and so is the result of a tool. A text or arguments may be equal by chance, so they count only
 * where the request also continues the conversation.
 */
function quotes({ quoted: request }: Link, values: Replaced, earlier: Link): boolean {
  const has = (quoted: Set<string>, sought: Set<string>) => [...sought].some((value) => quoted.has(value));
  const { run } = request;
  if (run !== null) return values.otherCalls.some((call) => isSameCall(call, run));
  if (has(request.strings, values.ids) || has(request.results, values.results)) return true;
  if (!continues(earlier.quoted.conversation, request.conversation)) return false;
  if (has(request.answers, values.texts)) return true;
  return values.calls.some((call) => request.calls.some((quoted) => isWrittenAlike(call, quoted)));
}

function isSameCall(a: QuotableCall, b: QuotableCall): boolean {
  return a.name === b.name && sameArguments(a.arguments, b.arguments);
}

/** White space counts, because a request quotes the text of the arguments. */
function isWrittenAlike(a: QuotableCall, b: QuotableCall): boolean {
  return a.text === b.text && isSameCall(a, b);
}
