import type { Exchange } from '../../vocabulary/recording.js';
import { groupBy } from '../differences/group-by.js';
import { commonSubsequence } from './common-subsequence.js';
import { likenessOfCalls } from './likeness-of-calls.js';
import { optimalAssignment } from './optimal-assignment.js';
import {
  messageSimilarity,
  type RequestSketch,
  requestSimilarity,
  sketchExchange,
} from './request-sketch.js';

/** An exchange of one side, or two exchanges that are the same call of a test. */
export interface AlignedExchange {
  /** Null for a call that only the newer cassette has. */
  before: Exchange | null;
  /** Null for a call that only the older cassette has. */
  after: Exchange | null;
  /** Whether its place among the pairs of its key differs. */
  isMoved: boolean;
}

export interface Alignment {
  /** Every exchange of both sides once, in the order of the newer cassette. */
  aligned: AlignedExchange[];
  /** Whether calls of different keys changed places, and no calls of one key. */
  isOtherOrder: boolean;
}

type Pair = [before: Exchange, after: Exchange];

// The assignment then takes at most about 0.2 seconds.
const MAXIMUM_SCORES = 62_500;
/** What counts, besides the similarity of two requests from 0 to 1. */
const SAME_KEY = 0.1;
const SAME_RESPONSE = 0.05;
const SAME_STATUS = 0.02;
/** Less than all others: of equal candidates, those in order are paired. */
const OUT_OF_ORDER = 0.001;
const OTHER_STEP = 0.5;

/**
 * Aligns the exchanges of two cassettes. Exchanges of one key are paired by the likeness of their requests, so that
 * the sum is maximal, and in order where requests are equal. Then the exchanges that remain are paired across keys,
 * where they look like one call that now has another URL.
 */
export function alignExchanges(before: readonly Exchange[], after: readonly Exchange[]): Alignment {
  const sketches = new Map<Exchange, RequestSketch>();
  const sketchOf = (exchange: Exchange) => {
    const sketch = sketches.get(exchange) ?? sketchExchange(exchange);
    sketches.set(exchange, sketch);
    return sketch;
  };
  const pairs: Pair[] = [];
  const byKey = groupBy([...after], ({ key }) => key);
  for (const [key, rows] of groupBy([...before], (exchange) => exchange.key))
    pairs.push(...pairOneKey(rows, byKey.get(key) ?? [], sketchOf));
  const moved = movedPairs(pairs);
  const isOtherOrder = moved.size === 0 && longestOrdered(pairs).size < pairs.length;
  const isFree = freeOf(pairs);
  pairs.push(...pairAcrossKeys(before.filter(isFree), after.filter(isFree), sketchOf));
  return { aligned: inOrder(before, after, pairs, moved), isOtherOrder };
}

/** Pairs as many exchanges of one key as possible: the shorter list has no exchange without a partner. */
function pairOneKey(rows: Exchange[], columns: Exchange[], sketchOf: SketchOf): Pair[] {
  const [row, column] = [rows[0], columns[0]];
  if (row === undefined || column === undefined) return [];
  if (rows.length === 1 && columns.length === 1) return [[row, column]];
  const nameOf = (one: Exchange) => `${sketchOf(one).request} ${sketchOf(one).response} ${one.answer.status}`;
  const ordered = commonSubsequence(rows, columns, nameOf);
  const isOpen = freeOf(ordered);
  const equal = [...ordered, ...pairEqual(rows.filter(isOpen), columns.filter(isOpen), nameOf)];
  const isFree = freeOf(equal);
  const score = (a: Exchange, b: Exchange) => SAME_KEY + likeness(a, b, sketchOf);
  return [...equal, ...assign(rows.filter(isFree), columns.filter(isFree), score, sketchOf)];
}

type SketchOf = (exchange: Exchange) => RequestSketch;

function likeness(a: Exchange, b: Exchange, sketchOf: SketchOf): number {
  const [x, y] = [sketchOf(a), sketchOf(b)];
  return (
    requestSimilarity(x, y) * (x.step === y.step ? 1 : OTHER_STEP) +
    (x.response === y.response ? SAME_RESPONSE : 0) +
    (a.answer.status === b.answer.status ? SAME_STATUS : 0)
  );
}

/** Pairs the exchanges that remain: a call whose model, host or path is another one has another key. */
function pairAcrossKeys(rows: Exchange[], columns: Exchange[], sketchOf: SketchOf): Pair[] {
  const score = (a: Exchange, b: Exchange): number => {
    const [x, y] = [sketchOf(a), sketchOf(b)];
    return likenessOfCalls(a, b, Math.max(requestSimilarity(x, y), 0.9 * messageSimilarity(x, y)));
  };
  return assign(rows, columns, score, sketchOf);
}

/** Pairs for the greatest sum of scores. Too many exchanges are paired where requests are equal, then in order. */
function assign(
  rows: Exchange[],
  columns: Exchange[],
  score: (a: Exchange, b: Exchange) => number,
  sketchOf: SketchOf,
): Pair[] {
  if (rows.length * columns.length > MAXIMUM_SCORES) {
    const equal = pairEqual(rows, columns, (one) => sketchOf(one).request);
    const isFree = freeOf(equal);
    const ordered = pairEqual(rows.filter(isFree), columns.filter(isFree), ({ key }) => key);
    return [...equal, ...ordered];
  }
  const most = Math.max(rows.length, columns.length);
  const assigned = optimalAssignment(rows.length, columns.length, (row, column) => {
    const value = score(rows[row] as Exchange, columns[column] as Exchange);
    return value <= 0 ? 0 : value - OUT_OF_ORDER * ((row - column) / most) ** 2;
  });
  return assigned.flatMap((column, row): Pair[] =>
    column < 0 ? [] : [[rows[row] as Exchange, columns[column] as Exchange]],
  );
}

/** Pairs exchanges that are equal by `nameOf`, in order. */
function pairEqual(rows: Exchange[], columns: Exchange[], nameOf: (one: Exchange) => string): Pair[] {
  const byName = groupBy(columns, nameOf);
  return [...groupBy(rows, nameOf)].flatMap(([name, same]) => {
    const others = byName.get(name) ?? [];
    return same.slice(0, others.length).map((row, index): Pair => [row, others[index] as Exchange]);
  });
}

function freeOf(pairs: Pair[]): (exchange: Exchange) => boolean {
  const paired = new Set(pairs.flat());
  return (exchange) => !paired.has(exchange);
}

/** The pairs that changed their place among those of their key. */
function movedPairs(pairs: Pair[]): Set<Pair> {
  const moved = new Set<Pair>();
  for (const [, ofKey] of groupBy(pairs, ([{ key }]) => key)) {
    const kept = longestOrdered(ofKey);
    for (const pair of ofKey) if (!kept.has(pair)) moved.add(pair);
  }
  return moved;
}

/** As many pairs as possible whose order is the same on both sides (longest increasing subsequence). */
function longestOrdered(pairs: Pair[]): Set<Pair> {
  const sorted = pairs.toSorted(([a], [b]) => a.position - b.position);
  /** The pair with the smallest newer position that ends an ordered run of each length. */
  const ends: Pair[] = [];
  const previous = new Map<Pair, Pair | undefined>();
  for (const pair of sorted) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as Pair)[1].position < pair[1].position) low = middle + 1;
      else high = middle;
    }
    previous.set(pair, ends[low - 1]);
    ends[low] = pair;
  }
  const kept = new Set<Pair>();
  for (let pair = ends.at(-1); pair !== undefined; pair = previous.get(pair)) kept.add(pair);
  return kept;
}

/** All exchanges in the order of the newer side; those that it lacks follow the one they came after. */
function inOrder(
  before: readonly Exchange[],
  after: readonly Exchange[],
  pairs: Pair[],
  moved: Set<Pair>,
): AlignedExchange[] {
  const pairOf = new Map(pairs.flatMap((pair) => pair.map((exchange) => [exchange, pair] as const)));
  const removedAfter = new Map<Exchange | null, AlignedExchange[]>();
  let last: Exchange | null = null;
  for (const exchange of before) {
    const pair = pairOf.get(exchange);
    if (pair) last = pair[1];
    else {
      const removed: AlignedExchange = { before: exchange, after: null, isMoved: false };
      removedAfter.set(last, [...(removedAfter.get(last) ?? []), removed]);
    }
  }
  const kept = after.flatMap((exchange): AlignedExchange[] => {
    const pair = pairOf.get(exchange);
    const isMoved = pair !== undefined && moved.has(pair);
    return [{ before: pair?.[0] ?? null, after: exchange, isMoved }, ...(removedAfter.get(exchange) ?? [])];
  });
  return [...(removedAfter.get(null) ?? []), ...kept];
}
