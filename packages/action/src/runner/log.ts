import * as core from '@actions/core';
import { harmlessText } from '@fixture-registry/client';

/*
 * All output to the job's log goes through this file. It contains untrusted names, titles and messages,
 * and the runner executes commands from the lines that a step prints. (`core` escapes the values of
 * annotations.)
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

/** Logs an error and fails the step. */
export function fail(text: string): void {
  core.setFailed(harmlessText(text));
}

export function debug(text: string): void {
  core.debug(harmlessText(text));
}

/** Calls back once everything is written: a pipe is asynchronous on Windows. */
export function afterLast(callback: () => void): void {
  process.stdout.write('', callback);
}

/** Masks a text in everything that the job prints from now on; an empty text is ignored. */
export function mask(secret: string): void {
  if (secret !== '') core.setSecret(secret);
}

function escapedProperties({ title, file, startLine }: core.AnnotationProperties): core.AnnotationProperties {
  return {
    ...(title === undefined ? {} : { title: harmlessText(title) }),
    ...(file === undefined ? {} : { file: harmlessText(file) }),
    ...(startLine === undefined ? {} : { startLine }),
  };
}
