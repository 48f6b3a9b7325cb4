import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { apiVersionOf, resourceOf } from '../../../src/adapters/kubernetes/resources.ts'
import { time } from '../../../src/adapters/kubernetes/snapshots/fields.ts'
import { WATCHED_KINDS } from '../../../src/adapters/kubernetes/tables.ts'
import { typeOf } from '../../../src/simulator/kubernetes/resources.ts'

it("the chart's roles grant every kind that is watched, by the group and the plural that it is asked for with", () => {
  const roles = readFileSync(new URL('../../../charts/kedge/templates/rbac.yaml', import.meta.url), 'utf8')
  const granted = new Map<string, string>()
  for (const [, group = '', resources = ''] of roles.matchAll(/apiGroups: \[([\w.]*)\]\s+resources: \[([\w, ]+)\]/g))
    for (const resource of resources.split(', ')) granted.set(resource, group)
  expect(WATCHED_KINDS.map(resourceOf).filter(({ group, resource }) => granted.get(resource) !== group)).toEqual([])
})

it('what is recorded of a watched kind names it as the API server does that serves it there', () => {
  const served = WATCHED_KINDS.map((kind) => typeOf({ apiVersion: apiVersionOf(kind), kind }))
  expect(served.map(({ plural }) => plural)).toEqual(WATCHED_KINDS.map((kind) => resourceOf(kind).resource))
})

it.each(['2026-11-23T02:38:29', '2026-11-23', 'Mon, 23 Nov 2026 02:38:29 GMT', '1763865509', 'now', ''])(
  'a time without a zone, or in another form, is not known: %s',
  (text) => {
    expect(time(text)).toBeUndefined()
  },
)
