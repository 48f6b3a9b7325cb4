import { expect, it } from 'vitest'
import { leavesRelease, type RenderedRollout } from '../../../src/domain/application/rendered.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

const TEMPLATE = { spec: { containers: [{ name: 'web', image: 'web:2' }] } }

function rendered(spec: object = {}, more: { template?: object; analysis?: string | undefined } = {}): RenderedRollout {
  const { template = TEMPLATE, analysis } = { analysis: 'a', ...more }
  return { template: new Sealed(template), spec: new Sealed({ replicas: 4, strategy: { canary: { steps: [] } }, ...spec }), analysis }
}

it('what is rendered alike, in whatever order its fields stand, leaves a release as it is', () => {
  expect(leavesRelease(rendered(), rendered({ strategy: { canary: { steps: [] } }, replicas: 4 }))).toBe(true)
})

it('more or fewer pods leave a release as it is', () => {
  expect(leavesRelease(rendered(), rendered({ replicas: 9 }))).toBe(true)
})

it.each([
  ['other steps', rendered({ strategy: { canary: { steps: [{ setWeight: 20 }] } } })],
  ['no pods at all', rendered({ replicas: 0 })],
  ['pods by a text, which is no number', rendered({ replicas: '4' })],
  ['a field that only one has', rendered({ progressDeadlineAbort: false })],
  ['another template of the workload that it refers to', rendered({}, { template: { spec: {} } })],
  ['other measures', rendered({}, { analysis: 'b' })],
])('%s: the release is not what it was', (_, other) => {
  expect(leavesRelease(rendered(), other)).toBe(false)
  expect(leavesRelease(other, rendered())).toBe(false)
})

it('where measures were not told, nothing is known to leave it', () => {
  const untold = rendered({}, { analysis: undefined })
  expect(leavesRelease(untold, untold)).toBe(false)
})
