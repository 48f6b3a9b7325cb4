import { expect, it } from 'vitest'
import { detailOf, meaningOf } from '../../../src/domain/application/argo-cd-words.ts'

it.each([
  [
    'error getting API resources: x',
    'unreachable',
    'Argo CD could not reach the cluster that the Application deploys to, which it asks before it renders.',
  ],
  ['rpc error: code = Unavailable', 'unreachable', "Argo CD's repo server did not answer."],
  ['received message larger than max (5 vs 4)', 'too-large', 'More is rendered than Argo CD takes.'],
  ['namespace team is not permitted', 'forbidden', "Argo CD does not manage Applications in this one's namespace."],
  ['apps/web: app path does not exist', 'failed', 'The folder of a source is not there at this revision.'],
  ['source position is out of range', 'failed', 'The Application has other sources than Kedge saw.'],
  ["failed to resolve 'x' to a commit SHA", 'unfetched', 'Argo CD does not find the revision in the repository.'],
  ['authentication required', 'unreachable', 'Argo CD could not read the repository.'],
  ['`helm template . --name x` failed', 'failed', 'Helm could not render this revision.'],
  ['`kustomize build /tmp/x` failed', 'failed', 'Kustomize could not render this revision.'],
  ['RUNTIME ERROR: jsonnet', 'failed', 'Jsonnet could not be evaluated at this revision.'],
  ['CMP processing stream', 'failed', 'A plugin could not render this revision.'],
  ['Failed to unmarshal "x.yaml"', 'failed', 'A manifest of this revision is not YAML or JSON that can be read.'],
])("what Argo CD says when it renders is told in words of one's own: %s", (message, why, detail) => {
  expect(meaningOf(message)).toEqual({ why, detail })
  expect(detailOf(message)).toBe(detail)
})

it.each([
  ['admission webhook "x" denied the request', 'An admission webhook of the cluster denied an object.'],
  ['exceeded quota: x', 'A quota of the cluster is used up.'],
  ['spec.selector: field is immutable', 'A field cannot be changed once the object is there.'],
  ['resource apps:Deployment is not permitted in project shop', "The Application's project does not permit it."],
  ['deployments.apps is forbidden', 'Argo CD lacks a right in the cluster.'],
  ['no matches for kind "Rollout"', 'A kind is not known to the cluster.'],
  ['another operation is already in progress', 'Another operation of the Application goes on.'],
  ['Deployment "x" is invalid', 'The cluster finds an object invalid.'],
  ['waiting for healthy state of x', 'It waits for a hook, or for an earlier wave to be healthy.'],
  ['one or more objects failed to apply', 'Not all objects could be applied.'],
  ['successfully synced (all tasks run)', 'All objects were applied.'],
])('what it says when it applies is, too: %s', (message, detail) => {
  expect(detailOf(message)).toBe(detail)
  expect(meaningOf(message)).toBeUndefined()
})

it('other words are not told, nor those behind a long text', () => {
  const after = (word: string, length: number): string => `${'x'.repeat(length - word.length)}${word}`
  expect([meaningOf('hello'), detailOf('hello')]).toEqual([undefined, undefined])
  expect([meaningOf(after('jsonnet', 8_192))?.why, meaningOf(after('jsonnet', 8_193))]).toEqual(['failed', undefined])
  expect([detailOf(after('exceeded quota', 8_192)), detailOf(after('exceeded quota', 8_193))]).toEqual([
    'A quota of the cluster is used up.',
    undefined,
  ])
})
