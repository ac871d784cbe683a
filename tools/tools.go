//go:build tools

// Package tools pins what the checkout's scripts build with Go: the Pulumi CLI,
// for machines that have none and that its official installer does not reach.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
