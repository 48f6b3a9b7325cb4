import { describe, expect, it } from 'vitest'
import { choosePrograms, type Place } from './programs.ts'

const NPM: Place = { bin: '/npm/bin', from: 'npm' }
const system = (version: string): Place => ({ bin: `/usr/lib/postgresql/${version}/bin`, from: 'system' })

/** What each says of its version; who says nothing does not run. */
const saying = (said: Readonly<Record<string, string>>) => (bin: string) => said[bin]
const debian = (...versions: readonly string[]) =>
  Object.fromEntries(versions.map((one) => [system(one).bin, `postgres (PostgreSQL) ${one}.18 (Debian ${one}.18-0+deb12u1)\n`]))

describe('the PostgreSQL that tests start', () => {
  it('is that of npm where it runs, and then no other is asked', () => {
    const asked: string[] = []
    const ask = (bin: string) => {
      asked.push(bin)
      return 'postgres (PostgreSQL) 18.4\n'
    }
    expect(choosePrograms([system('17'), NPM], ask)).toEqual({ ...NPM, major: 18 })
    expect(asked).toEqual([NPM.bin])
  })

  it('is the newest of the system where that of npm does not run or is not there, by number and not by text', () => {
    const ask = saying({ ...debian('9', '15', '16'), '/usr/local/bin': 'postgres (PostgreSQL) 17beta1\n' })
    const places = [system('9'), system('16'), system('15')]
    expect(choosePrograms([NPM, ...places], ask)).toEqual({ ...system('16'), major: 16 })
    expect(choosePrograms([...places, { bin: '/usr/local/bin', from: 'system' }], ask)).toMatchObject({ bin: '/usr/local/bin', major: 17 })
  })

  it('is none that is too old for the tests, none that does not run, and none that is no PostgreSQL, and the reason names each', () => {
    const ask = saying({ ...debian('14'), '/opt/bin': 'postgres 16, as a wrapper' })
    const { missing } = choosePrograms([NPM, system('14'), { bin: '/opt/bin', from: 'system' }], ask) as { missing: string }
    expect(missing).toContain('no PostgreSQL 15 or newer')
    expect(missing).toContain('that in /npm/bin does not run')
    expect(missing).toContain('that in /usr/lib/postgresql/14/bin is 14')
    expect(missing).toContain('that in /opt/bin does not run')
    expect(choosePrograms([system('15'), system('14')], saying(debian('14', '15')))).toMatchObject({ major: 15 })
  })

  it('is missing where there is nothing at all', () => {
    expect(choosePrograms([], saying({}))).toEqual({ missing: expect.stringMatching(/^there is no PostgreSQL 15 or newer for \w+-\w+$/) })
  })
})
