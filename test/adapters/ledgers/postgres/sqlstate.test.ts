import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { isConnectionLost, isDamage, openFault, workFault } from '../../../../src/adapters/ledgers/postgres/faults.ts'
import { meaningOf, type Meaning } from '../../../../src/adapters/ledgers/postgres/sqlstate.ts'

/** As `pg` hands on what a server has said. Severity and words are in the server's language: those of FATAL, and of ERROR, in some. */
const said = (code: string, severity = 'ERROR') =>
  Object.assign(new DatabaseError('ungültige Seite in Block 7', 1, 'error'), { code, severity })

const LANGUAGES = ['ERROR', 'FATAL', 'PANIC', 'FEHLER', 'KATASTROFALNY', 'ВАЖНО', '致命错误', 'ÖLÜMCÜL', 'FATALE']

const TOLD: Readonly<Record<Meaning, { code: string; retryable: boolean }>> = {
  away: { code: 'E_LEDGER_UNREACHABLE', retryable: true },
  passing: { code: 'E_LEDGER_WRITE', retryable: true },
  disk: { code: 'E_LEDGER_DISK', retryable: true },
  damage: { code: 'E_LEDGER_BROKEN', retryable: false },
  ours: { code: 'E_INTERNAL', retryable: false },
}

const STATES: readonly (readonly [state: string, what: string, meaning: Meaning])[] = [
  ['03000', 'sql_statement_not_yet_complete', 'ours'],
  ['08006', 'connection_failure', 'away'],
  ['08P01', 'protocol_violation, and most of what PgBouncer says', 'away'],
  ['0A000', 'feature_not_supported', 'passing'],
  ['20000', 'case_not_found', 'ours'],
  ['21000', 'cardinality_violation', 'ours'],
  ['22021', 'character_not_in_repertoire', 'ours'],
  ['22P02', 'invalid_text_representation', 'ours'],
  ['23000', 'integrity_constraint_violation, which the triggers of the journal raise', 'ours'],
  ['23502', 'not_null_violation', 'ours'],
  ['23505', 'unique_violation', 'passing'],
  ['25006', 'read_only_sql_transaction', 'passing'],
  ['25P02', 'in_failed_sql_transaction', 'passing'],
  ['25P03', 'idle_in_transaction_session_timeout', 'away'],
  ['25P04', 'transaction_timeout', 'away'],
  ['28P01', 'invalid_password', 'passing'],
  ['3D000', 'invalid_catalog_name', 'passing'],
  ['3F000', 'invalid_schema_name', 'passing'],
  ['40001', 'serialization_failure', 'passing'],
  ['40003', 'statement_completion_unknown', 'away'],
  ['40P01', 'deadlock_detected', 'passing'],
  ['42501', 'insufficient_privilege', 'passing'],
  ['42601', 'syntax_error', 'ours'],
  ['42P01', 'undefined_table', 'passing'],
  ['42P07', 'duplicate_table', 'passing'],
  ['44000', 'with_check_option_violation', 'ours'],
  ['53100', 'disk_full', 'passing'],
  ['53300', 'too_many_connections', 'passing'],
  ['54000', 'program_limit_exceeded, also where no transaction number is left', 'passing'],
  ['54001', 'statement_too_complex', 'ours'],
  ['55P03', 'lock_not_available', 'passing'],
  ['57014', 'query_canceled', 'passing'],
  ['57P01', 'admin_shutdown', 'away'],
  ['57P03', 'cannot_connect_now', 'away'],
  ['57P04', 'database_dropped', 'away'],
  ['58000', 'system_error', 'passing'],
  ['58030', 'io_error', 'disk'],
  ['58P01', 'undefined_file', 'disk'],
  ['72000', 'snapshot_too_old', 'passing'],
  ['F0001', 'lock_file_exists', 'passing'],
  ['P0001', 'raise_exception', 'passing'],
  ['XX000', 'internal_error', 'passing'],
  ['XX001', 'data_corrupted', 'damage'],
  ['XX002', 'index_corrupted', 'damage'],
  ['QQ123', 'a class that nobody knows', 'passing'],
]

describe('what a server has said is known by its SQLSTATE alone', () => {
  it.each(STATES)('%s (%s) comes to %s, in whatever language the server speaks', (state, _, meaning) => {
    expect(meaningOf(state)).toBe(meaning)
    for (const severity of LANGUAGES) {
      const fault = said(state, severity)
      expect(workFault('kedge', fault)).toMatchObject(TOLD[meaning])
      const { code, retryable } = meaning === 'passing' ? { code: 'E_LEDGER_OPEN', retryable: false } : TOLD[meaning]
      expect(openFault('kedge', fault)).toMatchObject({ code, retryable })
      expect(isDamage(fault)).toBe(meaning === 'damage')
      expect(isConnectionLost(fault)).toBe(meaning === 'away' || state === '25006')
    }
  })

  it('its code is told, which stands in no language, beside what it comes to and its own words', () => {
    const what = 'ledger kedge: the disk of the server reports an error (58030: ungültige Seite in Block 7)'
    expect(workFault('kedge', said('58030', 'FEHLER')).what).toBe(what)
    expect(workFault('kedge', said('22021')).what).toBe('ledger kedge: the server refuses it (22021: ungültige Seite in Block 7)')
  })

  it('what no server has said has no such code: a connection that broke, and a fault of this program', () => {
    expect(workFault('kedge', new TypeError('no such function'))).toMatchObject({ code: 'E_INTERNAL', retryable: false })
  })
})
