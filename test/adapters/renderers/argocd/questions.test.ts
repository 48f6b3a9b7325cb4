import { describe, expect, test } from 'vitest'
import { PLANTED } from '../../../contract/renderer.ts'
import { json, listen, manifest, question, rendererAt, SHA } from './answering.ts'

describe('the questions', () => {
  test('are a few at a time, and each is asked once', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    let asked = 0
    const url = await listen((response, request) => {
      if (request.url === '/visit') return void response.end()
      asked += 1
      waiting.push(() => json(200, { manifests: [manifest('web:1')] })(response, request))
      most = Math.max(most, waiting.length)
    })
    const renderer = rendererAt({ url, mostAtOnce: 3 })
    const all = Promise.all(Array.from({ length: 20 }, (_, index) => renderer.render(question({}, String(index % 10).repeat(40)))))
    while (asked < 10 || waiting.length > 0) {
      // Others that were sent would have come by the time that a few visits took.
      for (let visit = 0; visit < 5; visit += 1) await fetch(`${url}/visit`)
      waiting.shift()?.()
    }
    expect((await all).every(({ result }) => result === 'rendered')).toBe(true)
    expect({ asked, most }).toEqual({ asked: 10, most: 3 })
  })

  test('are asked again where the spec is another, and where the reason may have passed', async () => {
    let asked = 0
    const url = await listen((response, request) => {
      asked += 1
      json(asked === 1 ? 503 : 200, { manifests: [manifest('web:1')] })(response, request)
    })
    const renderer = rendererAt({ url })
    expect(await renderer.render(question())).toMatchObject({ why: 'unreachable' })
    expect(await renderer.render(question())).toMatchObject({ result: 'rendered' })
    expect(await renderer.render(question())).toMatchObject({ result: 'rendered' })
    expect(asked).toBe(2)
    await renderer.render(
      question({ source: { repoURL: 'https://git.example/x', path: 'web', helm: { parameters: [{ name: 'a', value: 'b' }] } } }),
    )
    expect(asked).toBe(3)
  })

  test('name Application, project and revisions, and carry the token of now', async () => {
    const seen: (string | undefined)[] = []
    const url = await listen((response, request) => {
      seen.push(request.url, request.headers.authorization)
      json(200, {})(response, request)
    })
    const tokens = ['first', 'second']
    const renderer = rendererAt({ url: `${url}/argo/`, token: () => tokens.shift() ?? '' })
    await renderer.render(question())
    const sources = [
      { repoURL: 'https://git.example/a', path: 'a' },
      { repoURL: 'https://git.example/b', path: 'b' },
    ]
    await renderer.render({ ...question({ source: undefined, sources }), revisions: [SHA, SHA.toUpperCase()] })
    const path = '/argo/api/v1/applications/web/manifests?appNamespace=argocd&project=shop'
    expect(seen).toEqual([
      `${path}&revision=${SHA}`,
      'Bearer first',
      `${path}&revisions=${SHA}&sourcePositions=1&revisions=${SHA.toUpperCase()}&sourcePositions=2`,
      'Bearer second',
    ])
  })

  test.each(['', 'main..x', 'a b', '-x&project=other', `${PLANTED}\n`])('a revision that is none is not sent: %j', async (revision) => {
    const url = await listen(() => expect.unreachable('it was sent'))
    const renderer = rendererAt({ url })
    expect(await renderer.render(question({}, revision))).toMatchObject({ why: 'failed' })
  })
})
