import type { Settings } from '../../store/settings/settings.js';
import { type RequestSketch, sketchRequest } from '../pairing/request-sketch.js';
import type { Content } from './compare-bytes.js';
import { compareRecordings, type RecordingComparison } from './compare-recordings.js';
import { judgeNew } from './judge-new.js';

// Runs in a worker thread: a cassette of 5 MB takes a quarter of a second to parse.

export interface ComparisonTask {
  before: Content;
  after: Content;
  samePath: boolean;
  settings: Settings;
}

export function compare({ before, after, samePath, settings }: ComparisonTask): RecordingComparison {
  return compareRecordings(before, after, samePath, settings);
}

export function judge(content: Content): RecordingComparison {
  return judgeNew(content);
}

export function sketch(bytes: Uint8Array): RequestSketch | null {
  return sketchRequest(bytes);
}
