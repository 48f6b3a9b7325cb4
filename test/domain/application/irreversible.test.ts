import { expect, it } from 'vitest'
import { irreversibleAmong, irreversibleOf, isMigration } from '../../../src/domain/application/irreversible.ts'

const hook = 'kind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-upgrade\nspec: {image: {{ .Values.image }}}\n'

it.for([
  [hook, ['Job migrate']],
  [hook.replace('name: migrate', 'name: {{ .Release.Name }}'), ['Job ?']],
  [hook.replace('helm.sh/hook: pre-upgrade', 'a: b'), []],
  ['kind: StatefulSet\nmetadata: {name: db}\nspec: {{ x }}\n  volumeClaimTemplates:', ['StatefulSet db']],
  ['{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{}', ['PersistentVolumeClaim data']],
  ['kind: ConfigMap\nmetadata: {name: a}\ndata: {kind: CustomResourceDefinition}\n', ['perhaps CustomResourceDefinition']],
  ['{{ range .v }}\n        apiVersion: v1\n        kind: PersistentVolumeClaim\n{{ end }}', ['PersistentVolumeClaim ?']],
  ['kind: Service\n{{ end }}\n- kind: "PersistentVolumeClaim"\n', ['PersistentVolumeClaim ?']],
  ['{{ if .a }}\nkind: {{ .kind }}\nspec: {}\n# a PersistentVolumeClaim\n{{ end }}', ['perhaps PersistentVolumeClaim']],
  ['{{ if .a }}\nkind: {{ .kind }}\nmetadata: {annotations: {helm.sh/hook: pre-upgrade}}\n', ['perhaps /hook']],
  ['kind: Pod\nmetadata: {annotations: {helm.sh/hook: test}, name: {{ .x }}}\n', []],
  [hook.replace('kind: Job', 'kind: ConfigMap'), ['ConfigMap migrate']],
] as const)('a text that does not parse is read by its words: %j', ([text, found]) => {
  expect(irreversibleOf(text, undefined).map(({ kind, name }) => `${kind} ${name}`)).toEqual(found)
})

it('a manifest nested deeper than the stack is read by its words', () => {
  let spec: unknown = 1
  for (let depth = 0; depth < 20_000; depth += 1) spec = { a: spec }
  const text = '{"kind":"PersistentVolumeClaim","metadata":{"name":"deep"}}'
  expect(irreversibleOf(text, [{ kind: 'PersistentVolumeClaim', metadata: { name: 'deep' }, spec }])).toMatchObject([{ name: 'deep' }])
})

it('each object of a list counts, and one without a word of these is not read at all', () => {
  const claim = (name: string) => ({ kind: 'PersistentVolumeClaim', metadata: { name }, spec: {} })
  expect(irreversibleOf('', [claim('a'), null, 'x', claim('b')]).map(({ name }) => name)).toEqual(['a', 'b'])
  const read: string[] = []
  irreversibleAmong(['kind: Deployment', hook], (text) => void read.push(text))
  expect(read).toEqual([hook])
})

it.for([
  ['db/migrations/1.sql', true],
  ['services/web/src/Migrations/V2.cs', true],
  ['db/migrate/2.rb', true],
  ['db-migrations/1.sql', true],
  ['api/db_migrations/1.sql', true],
  ['dbmigrations/1.sql', true],
  ['db/changelog/1.xml', true],
  ['docs/changelog/1.xml', false],
  ['apps/immigrate/rollout.yaml', false],
  ['migrations.sql', false],
  ['docs/migration/README.md', false],
  ['apps/migrator/rollout.yaml', false],
] as const)('a migration is a file in a folder of that name: %s is %s', ([path, is]) => {
  expect(isMigration(path)).toBe(is)
})
