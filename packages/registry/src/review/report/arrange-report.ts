import type { DriftChange } from '../differences/drift.js';
import type { ChangeGroup, FileGroup, ReplacementGroup } from './change-group.js';
import { groupBehaviour } from './group-behaviour.js';
import { groupFiles, groupMoves } from './group-by-path.js';
import { groupContent, groupMetadata, groupTexts, groupWords } from './group-by-reason.js';
import { groupReplacements, groupRequests } from './group-requests.js';

/** The sections of a report, in order; the same for every output format. */
export interface Arrangement {
  unplayable: FileGroup[];
  /** One group per test; tests with the same description share one. */
  behaviour: ChangeGroup[];
  /** Reworded texts, the least similar first. */
  reworded: ChangeGroup[];
  /** Other content: model lists, embeddings. */
  content: ChangeGroup[];
  requests: ChangeGroup[];
  metadata: ChangeGroup[];
  moved: ChangeGroup[];
  /** New recordings that probably replace old ones, by how their requests differ. */
  replacements: ReplacementGroup[];
  /** Other new recordings. */
  added: FileGroup[];
  removed: FileGroup[];
  cosmetic: ChangeGroup[];
}

/** Groups changes for a report: equal changes are one group, the largest groups first. */
export function arrangeReport(changes: DriftChange[]): Arrangement {
  const level = (name: DriftChange['level']) =>
    changes.filter((change) => change.level === name && !change.unplayable);
  const kind = (name: DriftChange['kind']) => changes.filter((change) => change.kind === name);
  const content = level('CONTENT');
  const added = kind('ADDED');
  return {
    unplayable: groupFiles(changes.filter((change) => change.unplayable)),
    behaviour: groupBehaviour(level('BEHAVIOUR')),
    reworded: groupTexts(content.filter((change) => change.texts.length > 0)),
    content: groupContent(content.filter((change) => change.texts.length === 0)),
    requests: groupRequests(changes.filter(hasChangedRequest)),
    metadata: groupMetadata(changes.filter((change) => change.kind !== 'ADDED')),
    moved: groupMoves(kind('MOVED')),
    replacements: groupReplacements(added.filter((change) => change.replaces !== null)),
    added: groupFiles(added.filter((change) => change.replaces === null)),
    removed: groupFiles(kind('REMOVED')),
    cosmetic: groupWords(level('COSMETIC')),
  };
}

function hasChangedRequest(change: DriftChange): boolean {
  return change.kind === 'REKEYED' || (change.kind === 'CHANGED' && change.requestChange !== null);
}
