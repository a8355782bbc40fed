/** `troupe trace info`: what a trace is of, how long, what is in it, and what is not. */

import type { Damage } from '../../deploy/trace/block-scan.ts';
import type { TraceReader } from '../../deploy/trace/trace-reader.ts';
import type { HostBegun, RecordsLost, TraceRecord } from '../../protocol/trace/records.ts';
import { columns } from '../columns.ts';
import { asJson } from './record-line.ts';

/** Types of messages that are told one by one. */
const typesMax = 20;

/** Tells of a trace; gives the exit code: 1 where it is damaged. */
export function tellTrace(
  reader: TraceReader,
  args: { readonly json?: boolean | undefined },
  say: (line: string) => void,
): number {
  const damage = reader.verify();
  const seldom = seldomIn(reader);
  if (args.json === true) say(asJson(objectOf(reader, damage, seldom)));
  else for (const line of linesOf(reader, damage, seldom)) say(line);
  return damage.length > 0 ? 1 : 0;
}

interface Seldom {
  readonly begun: readonly HostBegun[];
  readonly gaps: readonly RecordsLost[];
}

/** Beginnings of hosts and gaps; read only where the index says that there are some. */
function seldomIn(reader: TraceReader): Seldom {
  const { kinds } = reader.index;
  if (!kinds.has('host.begun') && !kinds.has('records.lost')) return { begun: [], gaps: [] };
  const found: TraceRecord[] = [];
  for (const record of reader.records()) {
    if (record.what === 'host.begun' || record.what === 'records.lost') found.push(record);
  }
  return {
    begun: found.filter((one) => one.what === 'host.begun'),
    gaps: found.filter((one) => one.what === 'records.lost'),
  };
}

function objectOf(
  { header, index, span, isWhole }: TraceReader,
  damage: readonly Damage[],
  { begun, gaps }: Seldom,
): object {
  const { cluster, disks: _disks, ...told } = header ?? { cluster: undefined, disks: undefined };
  return {
    ...told,
    cluster: cluster?.name,
    isWhole,
    ...span,
    records: Object.fromEntries(index.kinds),
    messages: Object.fromEntries(index.types),
    actors: index.actors.size,
    blocks: index.blocks.length,
    hosts: begun.map(({ host, about: { actors, ...about } }) => ({ host, ...about, actors: actors.length })),
    gaps,
    damage,
  };
}

function linesOf(reader: TraceReader, damage: readonly Damage[], { begun, gaps }: Seldom): string[] {
  const { header, index, span, isWhole } = reader;
  const rows: [string, string][] = [['file', reader.path]];
  if (header !== undefined) {
    const { level, version, code, source, seed, cluster } = header;
    rows.push(
      ['what', source === 'hosts' ? 'what several hosts recorded, merged' : 'one run'],
      ['level', level],
      ['Troupe', `${version}${code === '' ? '' : `, code ${code}`}`],
      ['seed', String(seed)],
    );
    if (cluster !== undefined) rows.push(['cluster', cluster.name]);
  }
  if (span !== undefined) {
    rows.push(['from', new Date(span.fromMs).toISOString()], ['to', new Date(span.toMs).toISOString()]);
    rows.push(['lasts', `${((span.toMs - span.fromMs) / 1000).toFixed(3)} s`]);
  }
  const sum = [...index.types.values()].reduce((all, count) => all + count, 0);
  rows.push(['actors', String(index.actors.size)], ['messages', String(sum)]);
  if (!isWhole) rows.push(['whole', 'no: it was cut off, or is still written']);
  const lines = rows.map(([name, value]) => `${name.padEnd(10)}${value}`);
  lines.push('', ...columns([['RECORDS', 'COUNT'], ...[...index.kinds].map(([kind, count]) => [kind, String(count)])]));
  if (index.types.size > 0) lines.push('', ...columns([['MESSAGES', 'COUNT'], ...typeRows(index.types)]));
  if (begun.length > 0)
    lines.push('', ...columns([['HOST', 'VERSION', 'LEVEL', 'ACTORS', 'SEED'], ...begun.map(hostRow)]));
  for (const { host, count, why } of gaps) {
    lines.push(`missing: ${count < 0 ? 'an unknown number of' : count} records of host ${host}: ${why}`);
  }
  return [...lines, ...damage.map(damageLine)];
}

function typeRows(types: ReadonlyMap<string, number>): string[][] {
  const rows = [...types].slice(0, typesMax).map(([type, count]) => [type, String(count)]);
  if (types.size > typesMax) rows.push([`and ${types.size - typesMax} more`, '']);
  return rows;
}

function hostRow({ host, about: { version, level, actors, seed } }: HostBegun): string[] {
  return [host, version, level, String(actors.length), String(seed)];
}

/** Says what of a trace cannot be read. */
export function damageLine({ block, what, records }: Damage): string {
  const lost = records === 0 ? '' : `; ${records < 0 ? 'an unknown number of' : records} records are lost`;
  return `damaged: block ${block}: ${what}${lost}`;
}
