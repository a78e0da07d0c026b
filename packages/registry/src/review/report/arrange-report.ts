import type { DriftChange } from '../differences/drift.js';
import type { ChangeGroup, FileGroup, ReplacementGroup } from './change-group.js';
import { groupBehaviour } from './group-behaviour.js';
import { groupFiles, groupMoves } from './group-by-path.js';
import { groupContent, groupMetadata, groupTexts, groupWords } from './group-by-reason.js';
import { groupReplacements, groupRequests } from './group-requests.js';

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
  /** New recordings that look to replace old ones, by how their requests differ. */
  replaced: ReplacementGroup[];
  /** The other new ones. */
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
  const added = kind('ADDED');
  return {
    unplayable: groupFiles(changes.filter((change) => change.unplayable)),
    behaviour: groupBehaviour(level('BEHAVIOUR')),
    reworded: groupTexts(content.filter((change) => change.texts.length > 0)),
    content: groupContent(content.filter((change) => change.texts.length === 0)),
    requests: groupRequests(changes.filter(hasOtherRequest)),
    metadata: groupMetadata(changes.filter((change) => change.kind !== 'ADDED')),
    moved: groupMoves(kind('MOVED')),
    replaced: groupReplacements(added.filter((change) => change.replaces !== null)),
    added: groupFiles(added.filter((change) => change.replaces === null)),
    removed: groupFiles(kind('REMOVED')),
    cosmetic: groupWords(level('COSMETIC')),
  };
}

function hasOtherRequest(change: DriftChange): boolean {
  return change.kind === 'REKEYED' || (change.kind === 'CHANGED' && change.requestChange !== null);
}
