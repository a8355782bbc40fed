/** Sets the stage of a story: engine, cluster, and everybody who looks at it. */

import { Admin } from '../../../deploy/admin.ts';
import { definitions } from '../../../deploy/cast.ts';
import { Cluster } from '../../../deploy/cluster.ts';
import { Engine } from '../../../engine/engine.ts';
import type { Recorder } from '../../../engine/recorder.ts';
import { clusterOf, groupsOf } from '../cluster-of.ts';
import type { Script } from '../script.ts';
import { changesOf } from '../timeline/changes.ts';
import { momentOf } from '../timeline/events.ts';
import { Folder } from '../timeline/fold.ts';
import { momentOfLog } from '../timeline/leaders.ts';
import { EventLog } from './event-log.ts';
import { Meter } from './meter.ts';
import type { Playbill } from './playbill.ts';
import { Probes } from './probes.ts';
import type { Stage } from './stage.ts';
import { drawsOf } from './story-random.ts';
import { followable, View } from './view.ts';

/** Sets the stage; nothing happens before the engine runs. `flush` tells what the timeline still holds. */
export function setStage(script: Script, playbill: Playbill, recorder?: Recorder): { stage: Stage; flush: () => void } {
  const { story, seed } = script;
  const engine = new Engine({ seed, definitions });
  if (recorder !== undefined) engine.record(recorder);
  const startMs = engine.now();
  const folder = new Folder((line) => playbill.line(line));
  const tell = folder.take.bind(folder);
  const events = new EventLog((event, atMs) => {
    const moment = momentOf(event, atMs - startMs);
    if (moment !== undefined) tell(moment);
  });
  engine.record({ sent: (message, atMs) => events.see(message, atMs) });
  const cluster = new Cluster(engine, clusterOf(story));
  const view = new View(cluster, (resource, now, before) => {
    for (const moment of changesOf(resource, now, before, engine.now() - startMs)) tell(moment);
  });
  // One that is alone leads always.
  if (cluster.spec.controlPlane.etcd > 1) {
    engine.record({
      logged: (address, _level, message, fields, atMs) => {
        const moment = momentOfLog(address, message, fields, atMs - startMs);
        if (moment !== undefined) tell(moment);
      },
    });
  }
  cluster.start();
  for (const resource of followable) view.follow(resource);
  const stage: Stage = {
    story,
    engine,
    cluster,
    admin: new Admin(cluster),
    view,
    events,
    meter: new Meter(cluster),
    probes: new Probes(cluster),
    tell,
    random: drawsOf(seed),
    startMs,
    applied: new Map(),
    names: new Map(),
    faults: new Map(),
    turns: {},
    groups: groupsOf(story.cluster),
  };
  return { stage, flush: () => folder.flush() };
}
