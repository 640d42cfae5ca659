// Package docs keeps the documentation true: links resolve, commands exist, and
// what the tables list is what the code has. It holds tests only.
package docs
