import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { hadOtherSteps } from '../../../../src/reconcile/git-facts/syncs/other-steps.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { applied } from '../../../domain/release/a-look.ts'

const release = aRelease({ key: 'now', stepHash: 'new' })
const other = (fields: Partial<Release> = {}): Release => aRelease({ key: 'b', stepHash: 'old', applied: applied('a'), ...fields })

it.each<[string, readonly Release[], boolean]>([
  ['with other steps, by one of the syncs', [other()], true],
  ['with other steps, by one of the syncs, and the same template by none', [other({ applied: applied('x') }), other()], true],
  ['with the same steps', [other({ stepHash: 'new' })], false],
  ['with steps that nobody knows', [other({ stepHash: null })], false],
  ['as another template', [other({ podTemplateHash: 'x' })], false],
  ['by another sync', [other({ applied: applied('x') })], false],
  ['by no sync that is known', [other({ applied: null })], false],
  ['never', [], false],
])('whether the same template has begun before with other steps: %s', (_, others, expected) => {
  expect(hadOtherSteps({ release, others }, [applied('b'), applied('a')])).toBe(expected)
})
