import { readRecording } from '../../packages/registry/dist/recordings/reading/read-recording.js';
import { cassetteOf } from './corpus/cassettes.js';
import { chance } from './corpus/chance.js';
import { median } from './measure.js';

/** How long the registry takes to read one large cassette. */
export interface CassetteReading {
  bytes: number;
  exchanges: number;
  /** Seconds in each round */
  seconds: number[];
  median: number;
}

const LARGE = 5_000_000;

/** Reads a cassette of 5 MB, without a registry around it. */
export function measureCassetteReading(rounds: number): CassetteReading {
  const bytes = Buffer.from(cassetteOf(chance(5), LARGE));
  const seconds: number[] = [];
  let exchanges = 0;
  // A round before the first is not timed: code is compiled in it.
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    exchanges = readRecording(bytes).exchanges.length;
    if (round > 0) seconds.push((performance.now() - started) / 1_000);
  }
  if (exchanges === 0) throw new Error('the cassette was not read');
  return { bytes: bytes.length, exchanges, seconds, median: median(seconds) };
}
