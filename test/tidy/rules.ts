/** What the tidy test refuses; every rule says what to do instead. */

import { isTest, mayImport, type Source, targetOf } from './sources.ts';

/** One refusal: where, what, and what to write instead. */
export interface Refusal {
  path: string;
  line: number;
  message: string;
}

/** Lines a source may have before it must be split by idea. */
const maxLines = 400;

/** Names that say nothing; what is in such a file belongs to its only user, or earns a name. */
const emptyNames = /(^|[-/])(utils?|helpers?|common|types|misc|manager|data|info)\.ts$/;

/** What the pure layers may not touch, and what they have instead. */
const impure: readonly { word: RegExp; instead: string }[] = [
  { word: /\bDate\b/, instead: 'self.now() for the time, toRfc3339 of protocol/time.ts to write it' },
  { word: /\bperformance\b/, instead: 'self.now()' },
  { word: /\bMath\.random\b/, instead: 'self.random()' },
  { word: /\bcrypto\b/, instead: 'self.random(), makeUid of protocol/uid.ts' },
  { word: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, instead: "the statechart's own `after`" },
  { word: /\bprocess\./, instead: "the actor's input" },
  { word: /\bconsole\./, instead: 'self.log()' },
  { word: /\b(Promise|async|await)\b/, instead: 'a request, whose answer is an event' },
  { word: /\bfunction\s*\*|\byield\b/, instead: 'data that says what is waited for' },
  { word: /\b(fetch|XMLHttpRequest|WebSocket)\s*\(/, instead: 'self.request()' },
  { word: /\b(globalThis|window)\b/, instead: "the actor's input or memory" },
];

const pureLayers = ['protocol', 'actors'];

/** Packages the pure layers may use; each computes and does nothing else. */
const purePackages = /^(xstate|msgpackr|fast-json-patch|re2js|kubernetes-types\/.*)$/;

/** Checks one source by all rules. */
export function check(source: Source): Refusal[] {
  return [...checkLayers(source), ...(source.isTest ? [] : [...checkPurity(source), ...checkShape(source)])];
}

function checkLayers(source: Source): Refusal[] {
  if (source.isTest) return [];
  const allowed = [source.layer, ...(mayImport[source.layer] ?? [])];
  return source.imports.flatMap(({ from, line }) => {
    const target = targetOf(source, from);
    if (from.startsWith('.')) {
      if (isTest(target))
        return [refuse(source, line, `imports ${target}, which is for tests: move what it needs out`)];
      const layer = target.slice(0, target.indexOf('/'));
      if (allowed.includes(layer)) return [];
      const words = mayImport[source.layer]?.join(', ') || 'nothing of ours';
      return [
        refuse(source, line, `imports ${target}, but ${source.layer}/ imports ${words}: move what it needs down`),
      ];
    }
    if (!pureLayers.includes(source.layer) || purePackages.test(from)) return [];
    return [
      refuse(source, line, `imports "${from}": actors and protocol do no I/O; use self, or give it to the engine`),
    ];
  });
}

function checkPurity(source: Source): Refusal[] {
  if (!pureLayers.includes(source.layer)) return [];
  return source.code.split('\n').flatMap((line, index) =>
    impure.flatMap(({ word, instead }) => {
      const found = word.exec(line);
      return found ? [refuse(source, index + 1, `uses ${found[0].trim()}: use ${instead}`)] : [];
    }),
  );
}

function checkShape(source: Source): Refusal[] {
  const refusals: Refusal[] = [];
  const lines = source.text.split('\n').length;
  const isTable = source.text.startsWith('/** Generated');
  if (lines > maxLines && !isTable) {
    refusals.push(
      refuse(source, lines, `has ${lines} lines, more than ${maxLines}: split it by idea, not into part 2`),
    );
  }
  if (!/^(#![^\n]*\n)?\/\*\*/.test(source.text)) {
    refusals.push(refuse(source, 1, 'does not open with one sentence on what it is for: begin with /** ... */'));
  }
  if (!/(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)?\.ts$/.test(source.path)) {
    refusals.push(refuse(source, 1, 'is not named as a kebab-case noun: rename it'));
  }
  if (emptyNames.test(source.path)) {
    refusals.push(refuse(source, 1, 'has a name that says nothing: name its one idea, or move it to its only user'));
  }
  return refusals;
}

function refuse(source: Source, line: number, message: string): Refusal {
  return { path: source.path, line, message };
}
