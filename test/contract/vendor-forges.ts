import { describe, expect, it } from 'vitest'
import type { VendorForges } from '../../src/ports/forge.ts'

/** All repositories of one entry, at a forge that is there. */
export interface VendorForgesWorld extends AsyncDisposable {
  forges: VendorForges
  /** The clone URL of one that is allowed. */
  allowed: string
  /** Its name there, `owner/name`. */
  name: string
  /** One on the same host that is not allowed. */
  refused: string
  /** An allowed one that is elsewhere. */
  elsewhere: string
  /** The host of its clone URLs. */
  host: string
  /** Another credential can be had for one that was refused. */
  replaces: boolean
  /** How often the forge was asked. */
  asked(): number
}

const PLANTED = 'planted-pw-0123456789'
const withPassword = (url: string): string => url.replace('://', `://me:${PLANTED}@`)

/** What every VendorForges promises. `open` makes a fresh world for each test. */
export function describeVendorForges(name: string, open: () => Promise<VendorForgesWorld>): void {
  describe(`${name} as VendorForges`, () => {
    it('asks nobody before it is asked something', async () => {
      await using world = await open()
      world.forges.forRepository(world.allowed)
      world.forges.rateLimitRemaining()
      world.forges.addressOf?.(world.name)
      expect(world.asked()).toBe(0)
      await world.forges.forRepository(world.allowed).listOpen('main')
      expect(world.asked()).toBeGreaterThan(0)
    })

    it('has a credential for a repository that is allowed, and none for one that is elsewhere', async () => {
      await using world = await open()
      expect(await world.forges.credentialsFor(world.allowed)).toEqual({
        username: expect.stringMatching(/\S/),
        password: expect.stringMatching(/\S/),
      })
      expect(await world.forges.credentialsFor(world.elsewhere)).toBeUndefined()
    })

    it('gives one that is not allowed neither a forge nor a credential, asks nobody for it, and says no password of it', async () => {
      await using world = await open()
      const fault = { code: 'E_REPOSITORY_NOT_ALLOWED', message: expect.not.stringContaining(PLANTED) as string }
      for (const url of [world.refused, withPassword(world.refused)]) {
        expect(() => world.forges.forRepository(url)).toThrow(expect.objectContaining(fault) as Error)
        await expect(world.forges.credentialsFor(url)).rejects.toMatchObject(fault)
      }
      expect(world.asked()).toBe(0)
    })

    it('says that it has no forge for a repository that is elsewhere', async () => {
      await using world = await open()
      expect(() => world.forges.forRepository(world.elsewhere)).toThrow(expect.objectContaining({ code: 'E_FORGE_UNSUPPORTED' }) as Error)
    })

    it('never gives a password again that was refused, where there can be another', async () => {
      await using world = await open()
      const first = await world.forges.credentialsFor(world.allowed)
      const next = await world.forges.credentialsFor(world.allowed, first?.password)
      expect(next?.password === first?.password).toBe(!world.replaces)
      expect((await world.forges.credentialsFor(world.allowed, first?.password))?.password).toBe(next?.password)
    })

    it('says under which address a repository of a name is cloned, and takes that', async () => {
      await using world = await open()
      expect(world.forges.addressOf?.(world.name) ?? world.allowed).toBe(world.allowed)
    })

    it('says what is left of its limits by its host, or nothing', async () => {
      await using world = await open()
      expect([...world.forges.rateLimitRemaining()]).toEqual([])
      await world.forges.forRepository(world.allowed).listOpen('main')
      for (const [host, left] of world.forges.rateLimitRemaining()) {
        expect(host).toBe(world.host)
        expect(left).toBeGreaterThanOrEqual(0)
      }
    })
  })
}
