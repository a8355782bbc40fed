/**
 * A business (or init) container: a process that starts, does its work, and ends; how it ended is kept until it is reaped.
 *
 *   ──► created ── process.start ──► (mounting) ──► alive ─────────────────────── exits, is killed, runs out of memory ──► exited
 *                                                    │ program: (scripted) ─► starting ──► running ── SIGTERM ──► stopping ── done ──►
 *                                                    │                       serving ◄──► hung
 *                                                    │ work:    idle ◄──► waiting for the next answer or time-out
 *                                                    └ fate:    open ◄──► numbered: ends by itself, or runs out of memory
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../../protocol/chart.ts';
import type * as container from '../../../../protocol/messages/container.ts';
import type { ContainerExec } from '../../../../protocol/messages/cri.ts';
import type { RequestExpired, StreamBroken, StreamClosed } from '../../../../protocol/messages/host.ts';
import type { NameRefused, NameResolved, PacketForward, PortRefused } from '../../../../protocol/messages/network.ts';
import type { AttachRun, ExecRun, InputTyped, LogRead } from '../../../../protocol/messages/streaming.ts';

/** What a container tells itself. */
type Verdict = { type: 'work.hastened' } | { type: 'memory.reckoned' } | { type: 'plan.made' };

export const machine = setup({
  types: {
    events: {} as
      | container.ProcessStart
      | container.ProcessInspect
      | container.SignalSend
      | container.UsageDescribe
      | container.VolumesListed
      | container.ContainerHang
      | container.ContainerResume
      | container.ProcessExit
      | container.MemoryLeak
      | container.ProbeFail
      | container.ProbeRecover
      | ContainerExec
      | PacketForward
      | PortRefused
      | NameResolved
      | NameRefused
      | RequestExpired
      | LogRead
      | ExecRun
      | AttachRun
      | InputTyped
      | StreamBroken
      | StreamClosed
      | Verdict,
  },
  actions: actions(
    'keepQuestion',
    'askVolumes',
    'startProcess',
    'answerStarted',
    'answerInspect',
    'answerUsage',
    'acknowledge',
    'openPorts',
    'closePorts',
    'takePacket',
    'takeReply',
    'refusePacket',
    'takeAddress',
    'takeExpiry',
    'runDue',
    'holdPacket',
    'suspendWork',
    'resumeWork',
    'exec',
    'execHung',
    'execMounted',
    'refuseExec',
    'leak',
    'failProbes',
    'recoverProbes',
    'meetFate',
    'noteExit',
    'noteKilled',
    'noteStopped',
    'notePortRefused',
    'reportExit',
    'readLog',
    'runForViewer',
    'attach',
    'refuseStream',
    'takeInput',
    'endInput',
    'dropViewer',
    'noteTerm',
  ),
  guards: guards('isMine', 'isPlanned', 'needsVolumes', 'isKill', 'isHandledTerm', 'isNothingDue', 'isNumbered'),
  delays: delays('startup', 'shutdown', 'untilNextDue', 'untilFate'),
}).createMachine({
  id: 'container',
  initial: 'created',
  on: {
    'process.inspect': { actions: 'answerInspect' },
    'signal.send': { guard: 'isMine', actions: 'acknowledge' },
    'log.read': { actions: 'readLog' },
    'exec.run': { actions: 'refuseStream' },
    'attach.run': { actions: 'refuseStream' },
    'stream.closed': { actions: 'dropViewer' },
  },
  states: {
    created: {
      on: {
        'process.start': [
          { guard: 'needsVolumes', target: 'mounting', actions: 'keepQuestion' },
          { guard: 'isMine', target: 'alive', actions: 'keepQuestion' },
        ],
        'signal.send': { guard: 'isMine', target: 'exited', actions: ['acknowledge', 'noteKilled'] },
      },
    },
    mounting: {
      entry: 'askVolumes',
      on: {
        'volumes.listed': 'alive',
        'request.expired': 'alive',
        'process.start': { guard: 'isMine', actions: 'keepQuestion' },
        'signal.send': { guard: 'isMine', target: 'exited', actions: ['acknowledge', 'noteKilled'] },
      },
    },
    alive: {
      type: 'parallel',
      entry: 'startProcess',
      on: {
        'process.start': { guard: 'isMine', actions: 'answerStarted' },
        'signal.send': [
          { guard: 'isKill', target: 'exited', actions: ['acknowledge', 'noteKilled'] },
          { guard: 'isMine', actions: 'acknowledge' },
        ],
        'process.exit': { target: 'exited', actions: 'noteExit' },
        'container.exec': { actions: 'exec' },
        'volumes.listed': { actions: 'execMounted' },
        'usage.describe': { actions: 'answerUsage' },
        'memory.leak': { actions: 'leak' },
        'probe.fail': { actions: 'failProbes' },
        'probe.recover': { actions: 'recoverProbes' },
        'name.resolved': { actions: 'takeAddress' },
        'name.refused': { actions: 'takeAddress' },
        'request.expired': { actions: 'takeExpiry' },
        'exec.run': { actions: 'runForViewer' },
        'attach.run': { actions: 'attach' },
        'input.typed': { actions: 'takeInput' },
        'stream.broken': { actions: 'endInput' },
      },
      states: {
        program: {
          initial: 'scripted',
          states: {
            // Its command does something before it serves or ends, and waits for what the cluster answers.
            scripted: {
              always: { guard: 'isPlanned', target: 'starting' },
              on: {
                'packet.forward': { actions: 'takeReply' },
                'plan.made': { target: 'scripted', reenter: true },
              },
            },
            starting: {
              on: {
                'packet.forward': { actions: 'takeReply' },
                'signal.send': { guard: 'isHandledTerm', target: 'stopping', actions: 'acknowledge' },
              },
              after: { startup: 'running' },
            },
            running: {
              entry: 'openPorts',
              initial: 'serving',
              on: { 'port.refused': { target: '#container.exited', actions: 'notePortRefused' } },
              states: {
                serving: {
                  on: {
                    'packet.forward': { actions: 'takePacket' },
                    'container.hang': 'hung',
                    'signal.send': {
                      guard: 'isHandledTerm',
                      target: '#container.alive.program.stopping',
                      actions: 'acknowledge',
                    },
                  },
                },
                hung: {
                  entry: 'suspendWork',
                  on: {
                    'packet.forward': { actions: 'holdPacket' },
                    'container.exec': { actions: 'execHung' },
                    'container.resume': { target: 'serving', actions: 'resumeWork' },
                  },
                },
              },
            },
            stopping: {
              entry: ['noteTerm', 'closePorts'],
              on: { 'packet.forward': { actions: 'takeReply' } },
              after: { shutdown: { target: '#container.exited', actions: 'noteStopped' } },
            },
          },
        },
        work: {
          initial: 'idle',
          states: {
            idle: { on: { 'work.hastened': 'waiting' } },
            waiting: {
              always: { guard: 'isNothingDue', target: 'idle' },
              on: { 'work.hastened': { target: 'waiting', reenter: true } },
              after: { untilNextDue: { target: 'waiting', reenter: true, actions: 'runDue' } },
            },
          },
        },
        fate: {
          initial: 'open',
          states: {
            open: {
              always: { guard: 'isNumbered', target: 'numbered' },
              on: { 'memory.reckoned': 'open', 'plan.made': { target: 'open', reenter: true } },
            },
            numbered: {
              on: { 'memory.reckoned': 'open' },
              after: { untilFate: { target: 'open', actions: 'meetFate' } },
            },
          },
        },
      },
    },
    exited: {
      entry: 'reportExit',
      on: { 'packet.forward': { actions: 'refusePacket' }, 'container.exec': { actions: 'refuseExec' } },
    },
  },
});
