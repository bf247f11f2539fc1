/**
 * Puts messages and stack traces of failures where they are encrypted. The SDK loads it by its path, both in the process and in the workflow
 * sandbox, and can load no ES module so.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
