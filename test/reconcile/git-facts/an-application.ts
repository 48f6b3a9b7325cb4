export * from '../an-application.ts'
