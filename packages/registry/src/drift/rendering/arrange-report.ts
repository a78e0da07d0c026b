import { describeAnswer } from '../describe-change.js';
import type { DriftChange, TextChange } from '../drift.js';
import { groupBy } from '../group-by.js';
import { code, listing } from '../words.js';
import { shortTest } from './headline.js';

/** Changes that are told once, because they are the same. */
export interface ChangeGroup {
  words: string;
  changes: DriftChange[];
  /** Text differences, the same in all of them. */
  texts: TextChange[];
}

/** A test file, or a folder where the test is not known, with what is new or gone there. */
export interface FileGroup {
  file: string;
  changes: DriftChange[];
}

/** What a report tells, in the order of telling; the same for every output. */
export interface Arrangement {
  unplayable: FileGroup[];
  /** One for each test, those with the same words together. */
  behaviour: ChangeGroup[];
  /** Reworded answers, the least alike first. */
  reworded: ChangeGroup[];
  /** Other content: model lists, embeddings. */
  content: ChangeGroup[];
  requests: ChangeGroup[];
  metadata: ChangeGroup[];
  moved: ChangeGroup[];
  added: FileGroup[];
  removed: FileGroup[];
  cosmetic: ChangeGroup[];
}

/** Arranges changes for reading: what is the same is said once, the largest group first where levels are equal. */
export function arrangeReport(changes: DriftChange[]): Arrangement {
  const level = (name: DriftChange['level']) =>
    changes.filter((change) => change.level === name && !change.unplayable);
  const kind = (name: DriftChange['kind']) => changes.filter((change) => change.kind === name);
  const content = level('CONTENT');
  return {
    unplayable: groupFiles(changes.filter((change) => change.unplayable)),
    behaviour: groupTests(level('BEHAVIOUR')),
    reworded: groupTexts(content.filter((change) => change.texts.length > 0)),
    content: groupWords(content.filter((change) => change.texts.length === 0)),
    requests: groupRequests(changes.filter(hasOtherRequest)),
    metadata: groupWords(level('METADATA')),
    moved: groupMoves(kind('MOVED')),
    added: groupFiles(kind('ADDED')),
    removed: groupFiles(kind('REMOVED')),
    cosmetic: groupWords(level('COSMETIC')),
  };
}

/** The request is told in its own section, so only the answer here. */
function answerWords(change: DriftChange): string {
  return describeAnswer(change);
}

/** Rules whose values are other in every recording: such changes are the same to a reader whatever the numbers. */
const COUNTED: ReadonlySet<string> = new Set(['usage', 'embedding', 'log probabilities', 'playable']);

function groupWords(changes: DriftChange[]): ChangeGroup[] {
  const key = (change: DriftChange) => {
    const highest = change.reasons.filter((reason) => reason.level === change.level);
    const counted = highest.length > 0 && highest.every((reason) => COUNTED.has(reason.rule));
    return counted
      ? `counted ${[...new Set(highest.map((reason) => reason.rule))].sort().join()}`
      : answerWords(change);
  };
  const groups = [...groupBy(changes, key)].map(([same, alike]) => {
    const words = [...new Set(alike.map(answerWords))];
    return {
      words: `${words[0] ?? same}${words.length > 1 ? ' and the like' : ''}`,
      changes: alike,
      texts: [],
    };
  });
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

function hasOtherRequest(change: DriftChange): boolean {
  return change.kind === 'REKEYED' || (change.kind === 'CHANGED' && change.requestChange !== null);
}

/** One entry for each test, saying all that changed in it; tests of which the same is to be said share one. */
function groupTests(changes: DriftChange[]): ChangeGroup[] {
  const tests = [...groupBy(changes, (change) => change.testId ?? change.path).values()].map((ofTest) => ({
    words: listing([...new Set(ofTest.map(answerWords))], 4),
    changes: ofTest,
  }));
  return [...groupBy(tests, (test) => test.words)].map(([words, alike]) => {
    const all = alike.flatMap((test) => test.changes);
    return { words, changes: all, texts: all.flatMap((change) => change.texts) };
  });
}

function groupTexts(changes: DriftChange[]): ChangeGroup[] {
  const key = (change: DriftChange) =>
    JSON.stringify([answerWords(change), change.texts.map((text) => text.runs)]);
  const likeness = (group: ChangeGroup) => Math.min(...group.texts.map((text) => text.likeness));
  return [...groupBy(changes, key).values()]
    .map((alike) => ({
      words: answerWords(alike[0] as DriftChange),
      changes: alike,
      texts: alike[0]?.texts ?? [],
    }))
    .sort((a, b) => likeness(a) - likeness(b));
}

/**
 * Identical changes of requests together; what is alone in its change joins those that changed in the same places, so that
 * a reworded prompt in forty tests is one line with an example.
 */
function groupRequests(changes: DriftChange[]): ChangeGroup[] {
  const groups: ChangeGroup[] = [];
  const single: DriftChange[] = [];
  for (const [, alike] of groupBy(changes, (change) => change.requestChange?.key ?? '')) {
    const first = alike[0] as DriftChange;
    if (!first.requestChange)
      groups.push({ words: 'the same request under another hash', changes: alike, texts: [] });
    else if (alike.length === 1) single.push(first);
    else groups.push({ words: listing(first.requestChange.words, 6), changes: alike, texts: [] });
  }
  for (const [shape, alike] of groupBy(single, (change) => change.requestChange?.shape ?? '')) {
    const first = alike[0]?.requestChange?.words ?? [];
    const words =
      alike.length === 1 ? listing(first, 6) : `${quoteShape(shape)}, for example ${listing(first, 3)}`;
    groups.push({ words, changes: alike, texts: [] });
  }
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

/** "`messages[].content` changed, `temperature` added" from the shape of a request's change. */
function quoteShape(shape: string): string {
  const places = shape.split(', ').map((place) => place.replace(/^(.*) (added|gone|changed)$/, '`$1` $2'));
  return listing(places, 4);
}

/** Moves from one folder to another, or of one renamed test, together. */
function groupMoves(changes: DriftChange[]): ChangeGroup[] {
  const words = ({ path, previousPath, before, after }: DriftChange) => {
    if (before?.testId && after?.testId && before.testId !== after.testId) {
      const [from, to] = [before.testId, after.testId].map((id) =>
        code(shortTest(id).replace(/\[.*$/s, ''), 160),
      );
      return from === to ? `${to} with other parameters` : `${from} → ${to}`;
    }
    const [from, to] = [previousPath ?? path, path].map((name) => code(folderOf(name), 160));
    return from === to ? `to other names in ${to}` : `${from} → ${to}`;
  };
  const groups = [...groupBy(changes, words)].map(([same, alike]) => ({
    words: same,
    changes: alike,
    texts: [],
  }));
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, '');
}

function groupFiles(changes: DriftChange[]): FileGroup[] {
  const file = (change: DriftChange) => change.testId?.split('::')[0] ?? folderOf(change.path);
  return [...groupBy(changes, file)]
    .map(([name, alike]) => ({ file: name, changes: alike }))
    .sort((a, b) => b.changes.length - a.changes.length || (a.file < b.file ? -1 : 1));
}
