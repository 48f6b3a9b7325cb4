import { describe, expect, test } from 'vitest'
import { isRewrittenAlike, rewrittenFields, type LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import { live, template, kept } from './templates.ts'

describe('two versions that something rewrites on the way in', () => {
  const sidecar = { name: 'proxy', image: 'proxy:1' }
  const rewritten = (image: string, proxy: object = sidecar): LiveTemplate => {
    const full = kept({ image }) as { spec: { containers: object[] } }
    return live({ ...full, spec: { ...full.spec, containers: [...full.spec.containers, proxy] } })
  }
  const version = (image: string, running: LiveTemplate): { rendered: Sealed; live: LiveTemplate } => ({
    rendered: new Sealed(template({ image })),
    live: running,
  })

  test('are told where it rewrites both in the same way', () => {
    expect(isRewrittenAlike(version('web:1', rewritten('web:1')), version('web:2', rewritten('web:2')))).toBe(true)
  })

  test('are told by what is rewritten: the fields are the same for either, and for no third version', () => {
    const [before, failed] = [rewritten('web:1'), rewritten('web:2')]
    const fields = (container: object, one: LiveTemplate, other: LiveTemplate) =>
      rewrittenFields(new Sealed(template(container)), one, other)
    expect(fields({ image: 'web:2' }, failed, before)).toEqual(['spec.containers[proxy]'])
    expect(fields({ image: 'web:1' }, before, failed)).toEqual(['spec.containers[proxy]'])
    expect(fields({ image: 'web:1' }, failed, before)).toBeUndefined()
    expect(fields({ image: 'web:2', tty: true }, failed, before)).not.toEqual(['spec.containers[proxy]'])
  })

  test('are not told where what is rewritten changes as well', () => {
    expect(
      isRewrittenAlike(version('web:1', rewritten('web:1')), version('web:2', rewritten('web:2', { ...sidecar, image: 'proxy:2' }))),
    ).toBe(false)
    expect(isRewrittenAlike(version('web:1', rewritten('mirror/web:1')), version('web:2', rewritten('other/web:2')))).toBe(false)
    expect(isRewrittenAlike(version('web:1', rewritten('web:1')), version('web:2', rewritten('web:3')))).toBe(false)
  })
})
