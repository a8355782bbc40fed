/** The published JSON schema of story files. */

import { cluster, manifestPaths, trafficPlan } from './cluster.ts';
import { expectation } from './condition.ts';
import { duration, record, text } from './pieces.ts';
import { step } from './step.ts';

/** The schema of a story (JSON Schema draft-07). `experiments/story.schema.json` is this, for editors. */
export const storySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A Troupe story',
  ...record(
    'A cluster, what happens to it, and what must be true of it then.',
    {
      name: text('What the story is called.', 'guestbook'),
      about: text('What it claims, in plain words.'),
      seed: { type: ['integer', 'string'], description: 'A seed is a run; 1 unless told.' },
      cluster,
      manifests: manifestPaths,
      traffic: { type: 'array', items: trafficPlan, description: 'Requests from outside, and what becomes of them.' },
      story: { type: 'array', items: step, description: 'What happens, in this order.' },
      end: duration('When the expectations are looked at; right after the last step unless told.'),
      expect: { type: 'array', items: expectation, description: 'What must be true at the end.' },
    },
    ['name'],
  ),
};
