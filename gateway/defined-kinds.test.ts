/** A custom resource over HTTP, from its definition to its end. */

import { expect, test } from 'vitest';
import { cronTab, cronTabs } from '../actors/master/apiserver/custom-resources/testing/definitions.ts';
import { DefinedKinds } from './defined-kinds.ts';
import { ServedKinds } from './served-kinds.ts';
import { VirtualDoor } from './testing/virtual-door.ts';

const tabs = '/apis/stable.example.com/v1/namespaces/default/crontabs';
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const asTable = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } };

/** A door that follows the definitions. */
function openDoor() {
  const kinds = new ServedKinds();
  let defined: DefinedKinds | undefined;
  const door = new VirtualDoor({
    parts: (link, apiserver) => {
      defined = new DefinedKinds(link, apiserver, kinds);
      defined.start();
      return { kinds };
    },
  });
  const pass = async (ms: number) => {
    door.engine.runFor(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { door, pass, stop: () => defined?.stop() };
}

test('a custom resource is served from when its definition is established until it is gone', async () => {
  const { door, pass, stop } = openDoor();
  expect((await door.ask('GET', tabs)).status).toBe(404);
  expect((await door.ask('POST', crds, { body: cronTabs() })).status).toBe(201);
  await pass(500);
  expect((await door.ask('POST', tabs, { body: cronTab('a', { replicas: 3 }) })).status).toBe(201);
  const { json } = await door.ask('GET', tabs, asTable);
  expect(json.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
    'Name',
    'Spec',
    'Replicas',
    'Image',
  ]);
  expect(json.rows[0].cells).toEqual(['a', '* * * * */5', 3, 'my-awesome-cron-image']);
  const strict = await door.ask('POST', `${tabs}?fieldValidation=Strict`, { body: cronTab('b', { sped: 1 }) });
  expect(strict.json.message).toContain('strict decoding error: unknown field "spec.sped"');
  const strategic = { body: {}, headers: { 'content-type': 'application/strategic-merge-patch+json' } };
  expect((await door.ask('PATCH', `${tabs}/a`, strategic)).status).toBe(415);
  expect((await door.ask('DELETE', `${crds}/crontabs.stable.example.com`)).status).toBe(200);
  await pass(2000);
  expect((await door.ask('GET', tabs)).status).toBe(404);
  stop();
});
