import { expect, it } from 'vitest'
import { fillLinks } from '../../../src/domain/notice/links.ts'

const release = { cluster: 'east', namespace: 'shop', rollout: '@evil.example/?x={cluster}', podTemplateHash: null }

it('a link is filled in with encoded names, once', () => {
  const [link] = fillLinks(
    [{ text: 'Dashboard', url: 'https://grafana.example/d/{namespace}?var={rollout}&h={podTemplateHash}&u={unknown}' }],
    release,
  )
  expect(link).toEqual({
    text: 'Dashboard',
    url: 'https://grafana.example/d/shop?var=%40evil.example%2F%3Fx%3D%7Bcluster%7D&h=&u={unknown}',
  })
  const known = { ...release, podTemplateHash: 'abc' }
  expect(fillLinks([{ text: '', url: '{podTemplateHash}' }], known)).toEqual([{ text: '', url: 'abc' }])
})
