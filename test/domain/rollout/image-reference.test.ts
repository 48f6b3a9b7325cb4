import { expect, it } from 'vitest'
import { imageReference } from '../../../src/domain/rollout/image-reference.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`
const [HUB, OWN] = ['docker.io', 'r.example']

it.for<readonly [string, string, string, string, string | undefined]>([
  ['nginx', HUB, 'library/nginx', 'latest', undefined],
  ['nginx:1.27', HUB, 'library/nginx', '1.27', undefined],
  ['shop/web', HUB, 'shop/web', 'latest', undefined],
  ['web.x', HUB, 'library/web.x', 'latest', undefined],
  [`${'a'.repeat(994)}.b/web`, `${'a'.repeat(994)}.b`, 'web', 'latest', undefined],
  ['docker.io/nginx', HUB, 'library/nginx', 'latest', undefined],
  ['docker.io/shop/web:v1', HUB, 'shop/web', 'v1', undefined],
  ['r.example/web:v1', OWN, 'web', 'v1', undefined],
  ['R.Example/shop/web:V1', OWN, 'shop/web', 'V1', undefined],
  ['localhost/web', 'localhost', 'web', 'latest', undefined],
  ['localhost:5000/web', 'localhost:5000', 'web', 'latest', undefined],
  ['registry:5000/shop/web:v1', 'registry:5000', 'shop/web', 'v1', undefined],
  [`r.example/web@${DIGEST}`, OWN, 'web', 'latest', DIGEST],
  [`r.example/web:v1@${DIGEST}`, OWN, 'web', 'v1', DIGEST],
  ['r.example/a-b__c.d/e--f', OWN, 'a-b__c.d/e--f', 'latest', undefined],
  [`web:${'x'.repeat(128)}`, HUB, 'library/web', 'x'.repeat(128), undefined],
  [`r.example/${'x'.repeat(255)}`, OWN, 'x'.repeat(255), 'latest', undefined],
])('an image is read as a registry reads it: %s', ([image, host, repository, tag, digest]) => {
  expect(imageReference(image)).toEqual({ host, repository, tag, digest })
})

it.each([
  [''],
  [':v1'],
  ['web:'],
  ['web:-v1'],
  ['web:v1:v2'],
  [`web:${'x'.repeat(129)}`],
  ['web@'],
  ['web@sha256:ab'],
  [`web@${DIGEST.toUpperCase()}`],
  [`web@${DIGEST}@${DIGEST}`],
  ['Web'],
  ['shop//web'],
  ['shop/web/'],
  ['shop/Web'],
  ['-r.example/web'],
  ['r.example:port/web'],
  ['r_e.example/web'],
  ['web v1'],
  [`${'a'.repeat(995)}.b/web`],
  [`r.example/${'x'.repeat(256)}`],
  [`r.example/web:v1${' '.repeat(1_000)}`],
])('what no registry has is no image: %j', (image) => {
  expect(imageReference(image)).toBeUndefined()
})
