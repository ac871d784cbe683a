// Runs one command of the engine on the program beside this file, through Go's Automation API, and prints what the
// engine prints.
//
// A program is a package main, which nothing can import. So this is a test of it, that tests nothing: compiled with
// `go test -c` into a program of its own, in which the example's `program` is at hand and its `main` is not run.
//
//	driver STACK COMMAND [--OPTION ...]
//
// in the folder of the project.
package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

func TestMain(*testing.M) {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(stackName, command string, flags []string) error {
	ctx := context.Background()
	workspace, err := auto.NewLocalWorkspace(ctx, auto.WorkDir("."), auto.Program(program))
	if err != nil {
		return err
	}
	stack, err := auto.SelectStack(ctx, stackName, workspace)
	if err != nil {
		return err
	}
	if len(flags) > 0 && command != "preview" {
		return fmt.Errorf("%s takes no options here", command)
	}
	switch command {
	case "preview":
		options := []optpreview.Option{
			optpreview.ProgressStreams(os.Stdout), optpreview.ErrorProgressStreams(os.Stdout),
		}
		for _, flag := range flags {
			switch flag {
			case "--diff":
				options = append(options, optpreview.Diff())
			case "--expect-no-changes":
				options = append(options, optpreview.ExpectNoChanges())
			default:
				return fmt.Errorf("preview has no option %s here", flag)
			}
		}
		_, err = stack.Preview(ctx, options...)
	case "up":
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout), optup.ErrorProgressStreams(os.Stdout))
	case "refresh":
		_, err = stack.Refresh(ctx, optrefresh.ProgressStreams(os.Stdout), optrefresh.ErrorProgressStreams(os.Stdout))
	case "destroy":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.ErrorProgressStreams(os.Stdout))
	default:
		err = fmt.Errorf("there is no command %s here", command)
	}
	return err
}
