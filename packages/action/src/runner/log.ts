import * as core from '@actions/core';
import { harmlessText } from '@fixture-registry/client';

/*
 * The only door to the job's log. What goes through it holds names, titles and messages that others wrote, and the runner takes
 * commands from lines that a step prints. (Annotations are commands themselves, with everything in them escaped by `core`.)
 */

export function info(text: string): void {
  core.info(harmlessText(text));
}

export function notice(text: string, properties: core.AnnotationProperties): void {
  core.notice(harmlessText(text), escapedProperties(properties));
}

export function warning(text: string, properties: core.AnnotationProperties = {}): void {
  core.warning(harmlessText(text), escapedProperties(properties));
}

/** Says what is wrong, and makes the step fail. */
export function fail(text: string): void {
  core.setFailed(harmlessText(text));
}

export function debug(text: string): void {
  core.debug(harmlessText(text));
}

/** Nothing that holds this text is shown from now on. */
export function mask(secret: string): void {
  if (secret !== '') core.setSecret(secret);
}

function escapedProperties({ title, file }: core.AnnotationProperties): core.AnnotationProperties {
  return {
    ...(title === undefined ? {} : { title: harmlessText(title) }),
    ...(file === undefined ? {} : { file: harmlessText(file) }),
  };
}
