import { expect, test } from 'vitest'
import { asItIs } from '../../../../src/adapters/kubernetes/snapshots/fields.ts'
import { readSteps } from '../../../../src/adapters/kubernetes/snapshots/steps.ts'

const read = (steps: unknown) => readSteps({ strategy: { canary: { steps } } }, asItIs)

test('the steps of a canary are read as what they are and the one thing that they say', () => {
  expect(
    read([
      { setWeight: 0 },
      { pause: {} },
      { pause: { duration: '5m' } },
      { pause: { duration: 30 } },
      { analysis: { templates: [{ templateName: 'x' }] } },
      { experiment: { templates: [] } },
      { setCanaryScale: { replicas: 2 } },
      { setHeaderRoute: { name: 'x' } },
      { setMirrorRoute: { percentage: 10 } },
      { replicaProgressThreshold: { type: 'Percent', value: 80 } },
      { plugin: { name: 'acme/check' } },
      { somethingNew: {} },
    ]),
  ).toEqual([
    'setWeight 0',
    'pause',
    'pause 5m',
    'pause 30',
    'analysis',
    'experiment',
    'setCanaryScale 2',
    'setHeaderRoute x',
    'setMirrorRoute 10',
    'replicaProgressThreshold 80',
    'plugin acme/check',
    'step',
  ])
})

test.each([[undefined], ['x'], [[null, 'x', 3, { setWeight: null }]], [[{ plugin: { name: 'x'.repeat(9_999) } }]]])(
  'hostile steps are no fault, and none is long: %j',
  (steps) => {
    for (const label of read(steps)) expect(label.length).toBeLessThan(100)
  },
)

test('of very many steps the first are read', () => {
  expect(read(Array.from({ length: 5_000 }, () => ({ setWeight: 1 })))).toHaveLength(50)
})
