import { expect, it } from 'vitest'
import { experimentName, experimentNamed, isExperiment } from '../../../src/domain/experiment/name.ts'

it('the name of an Experiment is read back as it was written, and no Rollout has one', () => {
  expect(experimentNamed(experimentName('web-ab'))).toBe('web-ab')
  expect(['web', 'web-experiment:', 'experiment'].map(experimentNamed)).toEqual([undefined, undefined, undefined])
  expect([isExperiment({ rollout: experimentName('web') }), isExperiment({ rollout: 'web' })]).toEqual([true, false])
})
