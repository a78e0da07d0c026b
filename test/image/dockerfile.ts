import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type From } from 'dockerfile-ast';
import { CHECKOUT } from '../support/registry.js';

/** One stage of the Dockerfile. */
export interface Stage {
  /** The image or the earlier stage that it begins with. */
  base: string;
  name: string | null;
  /** Its instructions after FROM, in order; flags and arguments are one text with single spaces. */
  steps: { keyword: string; text: string }[];
}

/** The text of the Dockerfile. */
export const DOCKERFILE = readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8');

/** The stages of a Dockerfile, in order. */
export function readStages(text: string = DOCKERFILE): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      const from = instruction as From;
      stages.push({ base: from.getImage() ?? '', name: from.getBuildStage(), steps: [] });
      continue;
    }
    const words = instruction
      .getTextContent()
      .replace(/\\\r?\n/g, ' ')
      .trim()
      .split(/\s+/);
    stages.at(-1)?.steps.push({ keyword, text: words.slice(1).join(' ') });
  }
  return stages;
}

/** The images from a registry that the stages begin with, without repetitions. */
export function baseImages(stages: Stage[]): string[] {
  const names = new Set(stages.map((stage) => stage.name));
  return [...new Set(stages.map((stage) => stage.base).filter((base) => !names.has(base)))];
}
